"""What lies under 材料/: every file found, hashed, judged by its content, and never left out in silence.

A file is judged alone by :func:`inspect`, a pure function of its path that gives a verdict and raises nothing: whoever
runs many of them may put each into a process of its own that can be killed.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kaoping.evidence.walk import walk
from kaoping.model import EvidenceFile, Verdict

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_HEAD = 1024  # bytes: a PDF may have that much before its %PDF (ISO 32000-1, Annex H, note 13)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS = {
    "Word 文件": (".doc", ".docx", ".docm", ".dot", ".dotx", ".rtf", ".wps"),
    "表格文件": (".xls", ".xlsx", ".xlsm", ".et", ".csv"),
    "演示文件": (".ppt", ".pptx", ".dps"),
    "OFD 文件": (".ofd",),
    "图片": (".tif", ".tiff", ".heic", ".heif", ".webp", ".bmp", ".gif"),
    "录像": (".mp4", ".mov", ".avi", ".wmv", ".mkv", ".mpg"),
    "录音": (".mp3", ".wav", ".m4a", ".amr", ".wma"),
    "压缩包": (".zip", ".rar", ".7z", ".gz", ".tar"),
    "网页": (".htm", ".html", ".mht", ".mhtml"),
    "邮件": (".eml", ".msg"),
    "文本文件": (".txt", ".md"),
}
_KIND_OF = {suffix: kind for kind, suffixes in _KINDS.items() for suffix in suffixes}


class Judged(NamedTuple):
    """The verdict on one file: ``pages`` is what it takes in the bundle; a slip sheet has a reason and takes one."""

    media: str  # by content: "pdf", "jpeg", "png", or ""
    verdict: Verdict
    why: str = ""  # in Chinese, a whole sentence; "" where its pages can stand in the bundle
    pages: int = 1


def survey(materials: Path, judge: Callable[[Path], Judged] | None = None) -> dict[str, EvidenceFile]:
    """Return every file below ``materials`` (材料/) by its key, in the order of the keys; titles are the file names.

    Where the folder is missing there are none. ``judge`` is :func:`inspect` unless given. A file that can't be read, or
    changes while it is, is there all the same: with a slip sheet that says so. Raises nothing for a single bad file.
    """
    found = {}
    for key, path in sorted(walk(materials)):
        found[key] = _examine(key, path, judge or inspect)
    return found


def inspect(path: Path) -> Judged:
    """Judge the file at ``path`` by its content (not its name), reading nothing else; never raises.

    A PDF is ready where qpdf opens it and its pages can be shown as they are; a JPEG or PNG is converted where Pillow
    decodes it to the end; all others get a slip sheet.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
        if not head:
            return _slip("", "文件是空的（0 字节）。")
        if head.startswith(b"\xff\xd8\xff"):
            return _picture(path, "jpeg")
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return _picture(path, "png")
        if b"%PDF-" in head:
            return _pdf(path)
    except PermissionError:
        return _slip("", "没有读取这个文件的权限。")
    except OSError:
        return _slip("", "文件读不出来，可能正被别的程序占用，或所在的盘出了问题。")
    return _slip("", _other(path, head))


def _examine(key: str, path: Path, judge: Callable[[Path], Judged]) -> EvidenceFile:
    try:
        before = path.stat()
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        judged = judge(path)
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            judged = _slip(judged.media, "读取时文件正在改动，请关闭正在编辑它的程序后重新生成。")
        size = after.st_size
    except OSError:
        judged, digest, size = inspect(path), "", 0
        if judged.verdict is not Verdict.SLIP_SHEET:  # readable again a moment later: what was hashed is not known
            judged = _slip(judged.media, "读取时文件正在改动，请关闭正在编辑它的程序后重新生成。")
    return EvidenceFile(
        path=key,
        source=path,
        sha256=digest,
        size=size,
        type="",
        title=Path(key).stem,
        media=judged.media,
        verdict=judged.verdict,
        why=judged.why,
        pages=judged.pages,
    )


def _slip(media: str, why: str) -> Judged:
    return Judged(media, Verdict.SLIP_SHEET, why)


def _other(path: Path, head: bytes) -> str:
    suffix = path.suffix.lower()
    kind = _KIND_OF.get(suffix)
    if kind in ("Word 文件", "表格文件", "演示文件") and suffix not in (".rtf", ".csv"):
        if not head.startswith((_ZIP, _OLE)):
            return f"扩展名是 {suffix}，内容却不是{kind}，文件可能已损坏。"
    elif suffix in (".pdf", ".jpg", ".jpeg", ".png"):
        return f"扩展名是 {suffix}，内容却不是，文件可能已损坏或改过扩展名。"
    return f"{kind}，暂以说明页代替。" if kind else f"{suffix or '没有扩展名的'}文件，暂以说明页代替。"


def _picture(path: Path, media: str) -> Judged:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # big pictures and odd metadata: still pictures
            with Image.open(path, formats=("JPEG", "PNG")) as image:
                image.draft("L", (image.width // 8, image.height // 8))  # reads all of a JPEG, at an eighth of the work
                image.load()
    except PermissionError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError):
        return _slip(media, "图片打不开：不是有效的图片，或大得超出常理。")
    except Exception:  # Pillow raises OSError, SyntaxError, struct.error … for the same broken picture
        return _slip(media, "图片不完整或已损坏，后面的内容读不出来。")
    return Judged(media, Verdict.CONVERTED)


def _pdf(path: Path) -> Judged:
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                return _slip("pdf", "PDF 设了权限保护，不能并入汇编。请向出具单位要不加保护的文件。")
            said = int(pdf.Root.Pages.get("/Count", 0))  # before qpdf repairs the page tree
            pages = [page.obj for page in pdf.pages]
            if not pages:
                return _slip("pdf", "PDF 里一页也没有。")
            if said > len(pages) or _is_cut_off(path, pdf):
                return _slip("pdf", "PDF 不完整，有的页读不出来。请重新导出或重新扫描。")
            why = _why_not_shown(pdf)
            return _slip("pdf", why) if why else Judged("pdf", Verdict.READY, pages=len(pages))
    except pikepdf.PasswordError:
        return _slip("pdf", "PDF 设了打开密码。请换成不带密码的文件。")
    except PermissionError:
        raise
    except Exception:  # any failure of a reader is a verdict on the file, never the end of the build
        return _slip("pdf", "PDF 已损坏，打不开。请重新导出或重新扫描。")


def _is_cut_off(path: Path, pdf: Pdf) -> bool:
    """Whether the file lacks its end: what qpdf then finds again may be less than there was, and come out blank."""
    if not any("reconstruct" in str(warning) for warning in pdf.get_warnings()):
        return False
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _HEAD))
        return b"%%EOF" not in stream.read()


def _why_not_shown(pdf: Pdf) -> str:
    """Say why the pages of ``pdf`` would not show in a bundle what they show now; "" where they do."""
    root = pdf.Root
    if "/Collection" in root:
        return "PDF 是文件包，内容在它所带的附件里。请把里面的文件取出来放进材料文件夹。"
    if root.get("/NeedsRendering", False) or _is_dynamic_form(root):
        return "PDF 是动态表单，只有专门的软件能显示。请用它打开后打印成 PDF。"
    if "/OCProperties" in root and _hides(pdf, root.OCProperties):
        return "PDF 里有隐藏的图层，并入汇编会让它们显示出来。请打印成 PDF 后换掉。"
    return ""


def _is_dynamic_form(root: Object) -> bool:
    """Whether the form is XFA alone: its page says “Please wait…” where nothing else is drawn (ISO 32000-1, 12.7.8)."""
    form = root.get("/AcroForm")
    return form is not None and "/XFA" in form and not len(form.get("/Fields", []))


def _hides(pdf: Pdf, layers: Object) -> bool:
    """Whether any layer may be hidden on screen or on paper (ISO 32000-1, 8.11.4): merging drops the switches.

    Errs on the safe side: a membership dictionary (which may say “shown when all are off”) and automatic states count.
    """
    import pikepdf

    first = layers.get("/D", pikepdf.Dictionary())
    if first.get("/BaseState", "/ON") != "/ON" or len(first.get("/OFF", [])) or len(first.get("/AS", [])):
        return True
    return any(isinstance(found, pikepdf.Dictionary) and found.get("/Type") == "/OCMD" for found in pdf.objects)
