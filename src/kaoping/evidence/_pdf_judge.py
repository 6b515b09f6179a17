"""Judging a PDF: can its pages stand in the bundle as they are, after a repair, or not at all.

qpdf opens what it can; pypdf is the second reader. What the merge would lose without a word is put right in a copy,
which then goes in instead of the source, or it is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.core.errors import is_machines
from kaoping.core.model import Verdict
from kaoping.evidence._appraisal import PAGES, Appraisal, slip
from kaoping.evidence._camera_tags import clear_tags
from kaoping.evidence._page_pictures import draw_as_pictures
from kaoping.evidence._pdf_facts import measure, on_the_side
from kaoping.evidence._personal import listed
from kaoping.evidence.words import Words
from kaoping.pdf import merge, optional_content, remote, strips
from kaoping.pdf.interactive import field_type, form_fields, is_new, lacks_look, page_notes, untangle
from kaoping.pdf.plain_text import text_of

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_TAIL = 1024  # bytes: where the end stands, with whatever a mail program put behind it
_ENDS = (b"startxref", b"trailer")
_MOST_NAMED = 10
_PASSWORD = "PDF 设了打开密码。请换成不带密码的文件。"
_DAMAGED = "PDF 已损坏，打不开。请重新导出或重新扫描。"
_CUT = "PDF 不完整，有的页读不出来。请重新导出或重新扫描。"
_RESCUED = "结构严重损坏，换了一种方法读出来重写"
_REWRITTEN = "写法不合常规，换了一种方法读出来重写"
_ODD = "PDF 的写法不合常规，编不进汇编：{}。请用阅读器打开它，打印成新的 PDF 后换掉。"
_LAYERS = "图层的开关读不懂，原来隐藏的内容可能显示出来，请对照附件里的原件。"
_FORM = "表单读不懂，表单域和签名可能显示不全，请对照附件里的原件。"
_NOTES = "批注读不懂，可能显示不全，请对照附件里的原件。"
_DYNAMIC = "PDF 是动态表单，只有专门的软件能显示。请用它打开后打印成 PDF。"
_SIGNED = "电子签名不随页面并入汇编（签章的样子照旧），要验证签名请看附件里的原件。"
_MEDIA = "里面的录音、录像在汇编里不能播放，请看附件里的原件。"
_SCRIPT = "里面的脚本没有运行，也没有并入汇编。"
_HALF = "第{}页的内容有损坏，可能显示不全，请对照附件里的原件。"
_XFA = "里面的 XFA 表单数据没有并入汇编，各项按页面上的样子显示。"
_LOOKLESS = "有的表单域、批注没有存下显示的样子，在别的软件里可能显示不全，请对照附件里的原件。"
_REMOTE = "里面有{}，没有并入汇编。"
_PLAYED = frozenset({"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})


@dataclass(slots=True)
class Copy:
    """What a copy of the source has to be made for, and what is to be said of it."""

    needed: bool = False
    keep: bool = False
    how: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    repaired: bool = False
    layered: bool = False
    pictured: bool = False  # some of its pages are pictures of themselves
    tags: tuple[str, ...] = ()  # what its photos told beside what they show


def judge_pdf(source: Path, folder: Path, words: Words) -> Appraisal:
    """Judge the PDF at ``source``, looking for ``words``; what goes in instead of it is written to ``folder`` / PAGES.

    A file that no reader opens, that lacks pages, or that can't stand in a bundle, gets a slip sheet. Raises only what
    the machine does.
    """
    import pikepdf

    try:
        with pikepdf.open(source) as pdf:
            return _judge(pdf, source, folder, words, Copy())
    except pikepdf.PasswordError:
        return slip("pdf", _PASSWORD)
    except RefusedError as error:
        refused = error
    except Exception as error:
        if is_machines(error):
            raise
        refused = None
    return _written_anew(source, folder, words, refused)


class RefusedError(Exception):
    """The pages can't stand in a bundle, for a reason in Chinese."""


def _judge(pdf: Pdf, source: Path, folder: Path, words: Words, copy: Copy) -> Appraisal:
    declared = _count(pdf.Root)  # before qpdf repairs the page tree
    pages = [page.obj for page in pdf.pages]
    if not pages:
        return slip("pdf", "PDF 里一页也没有。")
    broken = any("reconstruct" in warning or "damaged" in warning for warning in map(text_of, pdf.get_warnings()))
    lacking = _lacking_something(pages) if broken else []
    if declared > len(pages) or (broken and _is_cut_off(source, lacks=bool(lacking))):
        return slip("pdf", _CUT)
    if on_the_side(lambda: _is_dynamic_form(pdf.Root), False):
        return slip("pdf", _DYNAMIC)
    if broken:
        copy.needed = copy.repaired = True
        copy.how.append("修复了损坏的文件结构")
    if lacking:
        copy.lost.append(_HALF.format(_listed(lacking)))
        copy.keep = True
    _prepare(pdf, pages, copy)
    if copy.needed:
        merge.write(pdf, folder / PAGES)
    return appraisal_of(folder / PAGES if copy.needed else source, folder, words, copy)


def _written_anew(source: Path, folder: Path, words: Words, refused: RefusedError | None) -> Appraisal:
    """Let other readers write the file anew, and judge that; ``refused`` says why it can't be taken as it is."""
    import pikepdf
    from pypdf.errors import FileNotDecryptedError

    again = folder / "again.pdf"
    opened = refused is not None
    for write in (_by_pypdf, _by_pdfium):
        try:
            write(source, again)
            if refused is None and _is_cut_off(source):
                return slip("pdf", _CUT)
            copy = Copy(needed=True, repaired=True, how=[_REWRITTEN if opened else _RESCUED])
            with pikepdf.open(again) as pdf:
                return _judge(pdf, again, folder, words, copy)
        except FileNotDecryptedError:
            return slip("pdf", _PASSWORD)
        except RefusedError as error:
            opened, refused = True, error
        except Exception as error:  # in whatever way
            if is_machines(error):
                raise
        finally:
            again.unlink(missing_ok=True)
    return slip("pdf", _ODD.format(refused) if refused is not None else _DAMAGED)


def _by_pypdf(source: Path, target: Path) -> None:
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import FileNotDecryptedError

    with source.open("rb") as stream:
        reader = PdfReader(stream, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileNotDecryptedError
        writer = PdfWriter()
        for page in reader.pages:
            writer.add_page(page)
        writer.write(target)


def _by_pdfium(source: Path, target: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    try:
        document.save(target)
    finally:
        document.close()


def appraisal_of(path: Path, folder: Path, words: Words, copy: Copy) -> Appraisal:
    """Return the verdict with the facts of the PDF at ``path``; pages whose content can't be read are said.

    Raises RefusedError where its pages can't stand in a bundle.
    """
    measurements = measure(path, folder, words, layers=copy.layered)
    if measurements.refused:
        raise RefusedError(measurements.refused)
    if measurements.unseen:
        if copy.pictured:
            raise RefusedError(f"盖在第{_listed(measurements.unseen)}页上的页码看不见")
        copy.pictured = copy.needed = copy.keep = True
        copy.lost.append(f"第{_listed(measurements.unseen)}页上盖的页码会看不见，这些页按图片收入。")
        draw_as_pictures(path, measurements.unseen, drawn := folder / "drawn.pdf")
        drawn.replace(folder / PAGES)
        return appraisal_of(folder / PAGES, folder, words, copy)
    if measurements.unread:
        copy.lost.append(_HALF.format(_listed(page - 1 for page in measurements.unread)))
        copy.keep = True
    return Appraisal(
        media="pdf",
        verdict=Verdict.REPAIRED if copy.repaired else Verdict.CONVERTED if copy.how else Verdict.READY,
        how="；".join(copy.how),
        lost=tuple(copy.lost),
        pages=measurements.pages,
        facts=measurements.facts,
        made=path.stat().st_size if copy.needed else 0,
        keep=copy.keep,
        secret=measurements.secret,
        personal=listed(measurements.personal),
        shots=measurements.shots,
        tags=copy.tags,
        scans=measurements.scans,
    )


def _listed(pages: Iterable[int]) -> str:
    """Return 0-based pages as a list of 1-based ones: 1、2、3等."""
    numbers = [str(page + 1) for page in pages]
    return "、".join(numbers[:_MOST_NAMED]) + ("等" if len(numbers) > _MOST_NAMED else "")


def _prepare(pdf: Pdf, pages: Sequence[Object], copy: Copy) -> None:
    """Put right in ``pdf`` what would be lost or do harm in a merge, and note what is to be said."""
    if pdf.is_encrypted:  # opened without a password: who may read it may bundle it
        copy.needed = copy.keep = True
        copy.how.append("去掉了权限保护")
    if on_the_side(lambda: _is_tangled(pdf.Root.get("/PageLabels")), True):  # qpdf would follow them without an end
        del pdf.Root["/PageLabels"]
        copy.needed = True
    nothing: tuple[str, ...] = ()
    if tells := on_the_side(lambda: clear_tags(pdf), nothing):
        copy.needed, copy.tags = True, tells
    works = ((_keep_layers, _LAYERS), (_settle_form, _FORM), (_note_media, _NOTES), (_cut_remote, _NOTES))
    for work, failed in works:
        try:
            work(pdf, pages, copy)
        except Exception as error:  # an odd part of it, and not the pages
            if is_machines(error):
                raise
            copy.lost.append(failed)
            copy.keep = True
    if sheets := strips.cut(pdf):
        copy.needed = True
        copy.how.append(f"太长的{len(sheets)}页切成{sum(sheets)}页，前后页有一段重叠")


def _is_tangled(tree: Object | None) -> bool:
    """Whether a number tree (ISO 32000-1, 7.9.7) is none: one of its nodes can be come by in two ways."""
    from pikepdf import Array, Dictionary

    seen: set[tuple[int, int]] = set()
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, Dictionary):
            if not is_new(node, seen):
                return True
            todo += list(kids) if isinstance(kids := node.get("/Kids"), Array) else []
    return False


def _keep_layers(pdf: Pdf, _: Sequence[Object], copy: Copy) -> None:
    if optional_content.hides(pdf):
        optional_content.remember(pdf)
        copy.needed = copy.layered = True


def _settle_form(pdf: Pdf, pages: Sequence[Object], copy: Copy) -> None:
    form = pdf.Root.get("/AcroForm")
    copy.needed |= untangle(form)
    if _is_signed(form):
        _unsign(pdf, pages)
        copy.needed = copy.keep = True
        copy.lost.append(_SIGNED)
    if form is not None and "/XFA" in form:
        copy.lost.append(_XFA)
        copy.keep = True
    if _has_script(pdf, form):
        copy.lost.append(_SCRIPT)


def _note_media(_: Pdf, pages: Sequence[Object], copy: Copy) -> None:
    notes = [note for page in pages for note in page_notes(page)]
    for sentence, applies in ((_MEDIA, _is_played), (_LOOKLESS, lacks_look)):
        if any(map(applies, notes)):
            copy.lost.append(sentence)
            copy.keep = True


def _is_played(note: Object) -> bool:
    return text_of(note.get("/Subtype")) in _PLAYED


def _cut_remote(pdf: Pdf, pages: Sequence[Object], copy: Copy) -> None:
    if parts := remote.cut(pdf, pages):
        copy.needed = True
        copy.keep |= remote.CONTENT in parts
        if others := [part for part in parts if part != remote.MEDIA]:  # those were told
            copy.lost.append(_REMOTE.format("、".join(others)))


def _is_cut_off(path: Path, *, lacks: bool = False) -> bool:
    """Whether the file breaks off: what is found again of it may be less than there was, or come out blank.

    One that merely lacks its last line, or its table of objects, holds all that it held, unless it ``lacks`` objects
    that its pages name.
    """
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _TAIL))
        tail = stream.read()
    if b"%%EOF" in tail:
        return False
    is_whole = any(word in tail for word in _ENDS) or tail.rstrip(b"\0 \t\r\n").endswith(b"endobj")
    return lacks or not is_whole


def _lacking_something(pages: Sequence[Object]) -> list[int]:
    """Return the 0-based pages whose content, or what it draws with, is not in the file: what is shared, the first."""
    from pikepdf import Array, Dictionary, Stream

    seen: set[tuple[int, int]] = set()
    lacking: list[int] = []
    for number, page in enumerate(pages):
        todo: list[Any] = [value for key, value in page.items() if key in ("/Contents", "/Resources")]
        while todo:
            entry = todo.pop()
            if entry is None:
                lacking.append(number)
                break
            if isinstance(entry, (Array, Dictionary, Stream)) and is_new(entry, seen):
                todo += list(entry) if isinstance(entry, Array) else [v for k, v in entry.items() if k != "/Parent"]
    return lacking


def _count(root: Object) -> int:
    try:
        return int(root.Pages.get("/Count", 0))
    except (AttributeError, TypeError, ValueError):
        return 0


def _is_dynamic_form(root: Object) -> bool:
    """Whether the form is XFA alone: its page says “Please wait…” where nothing else is drawn (ISO 32000-1, 12.7.8)."""
    if root.get("/NeedsRendering", False):
        return True
    form = root.get("/AcroForm")
    return form is not None and "/XFA" in form and not len(form.get("/Fields", []))


def _is_signed(form: Object | None) -> bool:
    return any(field_type(field) == "/Sig" and "/V" in field for field in form_fields(form))


def _unsign(pdf: Pdf, pages: Sequence[Object]) -> None:
    """Leave of each signature what it looks like: a stamp annotation (12.5.6.12) in place of the void field."""
    from pikepdf import Array, Name

    form = pdf.Root.AcroForm
    fields = Array([field for field in form.get("/Fields", []) if field_type(field) != "/Sig"])
    for page in pages:
        for note in page_notes(page):
            if note.get("/Subtype") == "/Widget" and field_type(note) == "/Sig":
                note.Subtype = Name.Stamp
                for key in ("/FT", "/V", "/T", "/Parent", "/Ff", "/MK", "/DA", "/Lock", "/SV"):
                    if key in note:
                        del note[key]
    form.Fields = fields
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
