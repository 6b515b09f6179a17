"""Judging a PDF: can its pages stand in the bundle as they are, after a repair, or not at all.

qpdf opens what it can; pypdf is the second reader. What the merge would lose without a word is put right in a copy,
which then goes in instead of the source, or it is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.core.errors import is_machines
from kaoping.core.model import Verdict
from kaoping.evidence._appraisal import PAGES, Appraisal, slip
from kaoping.evidence._pdf_facts import measure
from kaoping.evidence.words import Words
from kaoping.pdf import merge, optional_content
from kaoping.pdf.interactive import field_type, form_fields, page_notes

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_TAIL = 1024  # bytes: where %%EOF stands, with whatever a mail program put behind it
_MOST_NAMED = 10
_PASSWORD = "PDF 设了打开密码。请换成不带密码的文件。"
_DAMAGED = "PDF 已损坏，打不开。请重新导出或重新扫描。"
_CUT = "PDF 不完整，有的页读不出来。请重新导出或重新扫描。"
_DYNAMIC = "PDF 是动态表单，只有专门的软件能显示。请用它打开后打印成 PDF。"
_SIGNED = "电子签名不随页面并入汇编（签章的样子照旧），要验证签名请看附件里的原件。"
_MEDIA = "里面的录音、录像在汇编里不能播放，请看附件里的原件。"
_SCRIPT = "里面的脚本没有运行，也没有并入汇编。"
_XFA = "里面的 XFA 表单数据没有并入汇编，各项按页面上的样子显示。"
_PLAYED = frozenset({"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})


@dataclass(slots=True)
class _Copy:
    """What a copy of the source has to be made for, and what is to be said of it."""

    needed: bool = False
    keep: bool = False
    how: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    repaired: bool = False
    layered: bool = False


def judge_pdf(source: Path, folder: Path, words: Words) -> Appraisal:
    """Judge the PDF at ``source``, looking for ``words``; what goes in instead of it is written to ``folder`` / PAGES.

    A file that no reader opens, or that lacks pages, gets a slip sheet. Raises only what a reader raises for a file
    that it takes and then fails on: the caller makes a verdict of that.
    """
    import pikepdf

    try:
        with pikepdf.open(source) as pdf:
            return _judge(pdf, source, folder, words, _Copy())
    except pikepdf.PasswordError:
        return slip("pdf", _PASSWORD)
    except Exception as error:
        if is_machines(error):
            raise
        return _second_reader(source, folder, words)


def _judge(pdf: Pdf, source: Path, folder: Path, words: Words, copy: _Copy) -> Appraisal:
    declared = _count(pdf.Root)  # before qpdf repairs the page tree
    pages = [page.obj for page in pdf.pages]
    if not pages:
        return slip("pdf", "PDF 里一页也没有。")
    broken = any("reconstruct" in str(warning) or "damaged" in str(warning) for warning in pdf.get_warnings())
    if declared > len(pages) or (broken and _is_cut_off(source)):
        return slip("pdf", _CUT)
    if pdf.Root.get("/NeedsRendering", False) or _is_dynamic_form(pdf.Root):
        return slip("pdf", _DYNAMIC)
    if broken:
        copy.needed = copy.repaired = True
        copy.how.append("修复了损坏的文件结构")
    _prepare(pdf, pages, copy)
    if copy.needed:
        merge.write(pdf, folder / PAGES)
    return _appraisal_of(folder / PAGES if copy.needed else source, words, copy)


def _second_reader(source: Path, folder: Path, words: Words) -> Appraisal:
    """Let pypdf write the file anew, and judge that."""
    import pikepdf
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import FileNotDecryptedError

    again = folder / "again.pdf"
    try:
        with source.open("rb") as stream:
            reader = PdfReader(stream, strict=False)
            if reader.is_encrypted and not reader.decrypt(""):
                return slip("pdf", _PASSWORD)
            writer = PdfWriter()
            for page in reader.pages:
                writer.add_page(page)
            writer.write(again)
        if _is_cut_off(source):
            return slip("pdf", _CUT)
        copy = _Copy(needed=True, repaired=True, how=["结构严重损坏，换了一种方法读出来重写"])
        with pikepdf.open(again) as pdf:
            return _judge(pdf, again, folder, words, copy)
    except FileNotDecryptedError:
        return slip("pdf", _PASSWORD)
    except Exception as error:  # two readers have failed, in whatever way
        if is_machines(error):
            raise
        return slip("pdf", _DAMAGED)
    finally:
        again.unlink(missing_ok=True)


def _appraisal_of(path: Path, words: Words, copy: _Copy) -> Appraisal:
    """Return the verdict with the facts of the PDF at ``path``; pages whose content can't be read are said."""
    measurements = measure(path, words)
    if measurements.unread:
        listed = "、".join(map(str, measurements.unread[:_MOST_NAMED])) + (
            "等" if len(measurements.unread) > _MOST_NAMED else ""
        )
        copy.lost.append(f"第{listed}页的内容有损坏，可能显示不全，请对照附件里的原件。")
        copy.keep = True
    return Appraisal(
        media="pdf",
        verdict=Verdict.REPAIRED if copy.repaired else Verdict.CONVERTED if copy.how else Verdict.READY,
        how="；".join(copy.how),
        lost=tuple(copy.lost),
        pages=measurements.pages,
        facts=replace(measurements.facts, layers=copy.layered),
        made=path.stat().st_size if copy.needed else 0,
        keep=copy.keep,
        secret=measurements.secret,
        personal=measurements.personal,
    )


def _prepare(pdf: Pdf, pages: Sequence[Object], copy: _Copy) -> None:
    """Put right in ``pdf`` what would be lost or do harm in a merge, and note what is to be said."""
    if pdf.is_encrypted:  # opened without a password: who may read it may bundle it
        copy.needed = copy.keep = True
        copy.how.append("去掉了权限保护")
    if optional_content.hides(pdf):
        optional_content.remember(pdf)
        copy.needed = copy.layered = True
    form = pdf.Root.get("/AcroForm")
    if _is_signed(form):
        _unsign(pdf, pages)
        copy.needed = copy.keep = True
        copy.lost.append(_SIGNED)
    if form is not None and "/XFA" in form:
        copy.lost.append(_XFA)
        copy.keep = True
    if _has_script(pdf, form):
        copy.lost.append(_SCRIPT)
    if any(str(note.get("/Subtype")) in _PLAYED for page in pages for note in page_notes(page)):
        copy.lost.append(_MEDIA)
        copy.keep = True


def _is_cut_off(path: Path) -> bool:
    """Whether the file lacks its end: what is then found again may be less than there was, and come out blank."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _TAIL))
        return b"%%EOF" not in stream.read()


def _count(root: Object) -> int:
    try:
        return int(root.Pages.get("/Count", 0))
    except (AttributeError, TypeError, ValueError):
        return 0


def _is_dynamic_form(root: Object) -> bool:
    """Whether the form is XFA alone: its page says “Please wait…” where nothing else is drawn (ISO 32000-1, 12.7.8)."""
    form = root.get("/AcroForm")
    return form is not None and "/XFA" in form and not len(form.get("/Fields", []))


def _is_signed(form: Object | None) -> bool:
    return any(field_type(field) == "/Sig" and "/V" in field for field in form_fields(form))


def _unsign(pdf: Pdf, pages: Sequence[Object]) -> None:
    """Leave of each signature what it looks like: a stamp annotation (12.5.6.12) in place of the void field."""
    from pikepdf import Array, Name

    form = pdf.Root.AcroForm
    signatures = {field.objgen for field in form_fields(form) if field_type(field) == "/Sig"}
    for page in pages:
        for note in page_notes(page):
            if note.get("/Subtype") == "/Widget" and field_type(note) == "/Sig":
                note.Subtype = Name.Stamp
                for key in ("/FT", "/V", "/T", "/Parent", "/Ff", "/MK", "/DA", "/Lock", "/SV"):
                    if key in note:
                        del note[key]
    form.Fields = Array([field for field in form.get("/Fields", []) if field.objgen not in signatures])
    for holder, key in ((form, "/SigFlags"), (pdf.Root, "/Perms"), (pdf.Root, "/DSS")):
        if key in holder:
            del holder[key]


def _has_script(pdf: Pdf, form: Object | None) -> bool:
    root = pdf.Root
    opening = root.get("/OpenAction")
    acts = _is_script(opening) or "/JavaScript" in root.get("/Names", {}) or "/AA" in root
    return acts or any("/AA" in field for field in form_fields(form))


def _is_script(action: Object | None) -> bool:
    from pikepdf import Dictionary

    return isinstance(action, Dictionary) and action.get("/S") in ("/JavaScript", "/Launch")
