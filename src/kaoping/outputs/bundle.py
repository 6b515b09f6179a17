"""The bundle (佐证材料汇编.pdf): front matter and evidence, merged, stamped, linked, bookmarked and labelled.

One qpdf Job merges lazily, so that memory grows with pages and not with bytes; what a page holds is never re-written.
Whatever the reader is told (page label, stamp, contents entry, link) comes from the same number of the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from kaoping import fs, resources
from kaoping.errors import KaopingError
from kaoping.findings import Findings
from kaoping.model import BundlePlan, Location, Piece, Verdict
from kaoping.outputs.front import FONTS, LINK, Front, draw
from kaoping.plan import DEFAULTS, last_page

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

Progress = Callable[[int, int], None]
_PRODUCER = "kaoping"


class BundleError(RuntimeError):
    """The bundle did not come out as planned: a fault of the engine, not of the input."""


def write_bundle(plan: BundlePlan, out: Path, *, progress: Progress | None = None) -> int:
    """Write the bundle of ``plan`` to ``out`` and return its pages, cover and contents included.

    Whole or not at all; the same plan and files give the same bytes.

    ``progress`` is told (evidence pages done, all of them). Raises KaopingError where an evidence file is not the one
    that was planned with, changes meanwhile or can't be merged; ValueError where ``out`` is one of the evidence files
    or the plan has several volumes; FrontError and BundleError for faults of our own.
    """
    if plan.volumes != 1:
        raise ValueError("a bundle of several volumes can't be written yet")
    if any(_is_same(out, piece.evidence.source) for piece in plan.pieces):
        raise ValueError(f"the bundle would overwrite its own evidence: {out.name}")
    front = draw(plan)
    # Beside the bundle: one disk to run full, and what a killed build leaves is cleared away with the stage.
    with TemporaryDirectory(prefix=".", dir=out.parent) as folder:
        seen = {piece.number: _fingerprint(piece) for piece in plan.pieces}
        sheets = _prepare(plan, front, Path(folder))
        part = out.with_name(out.name + ".part")
        try:
            with _merge(sheets) as pdf:
                pages = [page.obj for page in pdf.pages]
                if len(pages) != front.opening + last_page(plan) + (1 if front.record else 0):
                    raise BundleError(f"{len(pages)} pages after the merge")
                _finish(pdf, pages, plan, front, sheets, progress)
                _save(pdf, part)  # only now are the evidence's bytes read
            for piece in plan.pieces:
                if _stat(piece) != seen[piece.number]:
                    raise _changed(piece)
            fs.replace(part, out)
        finally:
            part.unlink(missing_ok=True)
    return len(pages)


@dataclass(frozen=True, slots=True)
class _Sheets:
    """What goes into the merge next: pages of one PDF, and the piece they show."""

    path: Path
    pages: str  # a range as qpdf writes it
    piece: Piece | None = None
    names: dict[Any, Any] = field(default_factory=dict)


def _prepare(plan: BundlePlan, front: Front, folder: Path) -> list[_Sheets]:
    from kaoping.convert import pictures
    from kaoping.outputs import sources

    drawn = folder / "front.pdf"
    fs.write_bytes(drawn, front.pdf)
    sheets = [_Sheets(drawn, f"1-{front.opening}")]
    for divider, sheet in zip(plan.dividers, front.dividers, strict=True):
        sheets.append(_Sheets(drawn, str(sheet)))
        for piece in divider.pieces:
            file = piece.evidence
            if file.verdict is Verdict.SLIP_SHEET:
                sheets.append(_Sheets(drawn, str(front.slips[piece.number]), piece))
                continue
            names: dict[Any, Any] = {}
            content = b""
            try:
                if file.verdict is Verdict.CONVERTED:
                    content = pictures.to_pdf(file.source)
                else:
                    names = dict(sources.named_destinations(file.source))
            except Exception as error:  # what was judged good fails now: say which file
                raise _not_merged(piece, error) from error
            path = folder / f"{len(sheets)}.pdf" if content else file.source.absolute()
            if content:
                fs.write_bytes(path, content)
            sheets.append(_Sheets(path, f"1-{file.pages}", piece, names))
    if front.record:
        sheets.append(_Sheets(drawn, str(front.record)))
    return sheets


def _merge(sheets: Sequence[_Sheets]) -> Pdf:
    try:
        return _job(sheets)
    except Exception as error:  # qpdf names no file in some of its errors: look for the one it can't take
        for one in sheets:
            try:
                _job([one]).close()
            except Exception as reason:
                if one.piece is not None:
                    raise _not_merged(one.piece, reason) from error
        raise


def _job(sheets: Sequence[_Sheets]) -> Pdf:
    from pikepdf import Job

    arguments = ["qpdf", "--empty", "--remove-unreferenced-resources=no", "--pages"]
    for one in sheets:
        arguments += [str(one.path), one.pages]
    merged: Pdf = Job([*arguments, "--", "-"]).create_pdf()  # type: ignore[no-untyped-call, unused-ignore]
    return merged


def _finish(
    pdf: Pdf,
    pages: Sequence[Object],
    plan: BundlePlan,
    front: Front,
    sheets: Sequence[_Sheets],
    progress: Progress | None,
) -> None:
    from kaoping.outputs import sources

    body = pages[front.opening :]  # body[n - 1] is printed page n
    names = {one.piece.number: one.names for one in sheets if one.piece is not None}
    for piece in plan.pieces:
        if piece.evidence.verdict is Verdict.READY:
            sources.settle(body[piece.first - 1 : piece.first - 1 + piece.evidence.pages], names[piece.number])
    sources.disarm_forms(pdf)
    _link(pages[: front.opening], body)
    _link([body[divider.page - 1] for divider in plan.dividers], body)
    _stamp(pdf, body, plan, progress)
    _outline(pdf, pages, plan, front)
    _label(pdf, front, last_page(plan))
    _describe(pdf, plan)


def _link(sheets: Sequence[Object], body: Sequence[Object]) -> None:
    """Turn the links that Typst drew into explicit destinations (ISO 32000-1, 12.3.2.2)."""
    from pikepdf import Array, Name

    for sheet in sheets:
        for note in sheet.get("/Annots", []):
            address = str(note.A.URI) if "/A" in note and "/URI" in note.A else ""
            if address.startswith(LINK):
                del note["/A"]
                note["/Dest"] = Array([body[int(address.removeprefix(LINK)) - 1], Name.Fit])


def _stamp(pdf: Pdf, body: Sequence[Object], plan: BundlePlan, progress: Progress | None) -> None:
    from kaoping.outputs.stamp import Stamper, StampFont

    texts = dict(_stamps(plan))
    stamper = Stamper(pdf, StampFont(resources.fonts() / FONTS[1], texts.values()), body)
    starts = {divider.page for divider in plan.dividers}
    done, total = 0, len(texts) - len(starts)
    for printed, text in texts.items():
        stamper.stamp(body[printed - 1], text)
        if printed not in starts:
            done += 1
            if progress is not None:
                progress(done, total)


def _stamps(plan: BundlePlan) -> Iterator[tuple[int, str]]:
    """Yield (printed page, its stamp) for every page of the body."""
    evidence, divider_page = (
        plan.extra.get(key, DEFAULTS[key]) for key in ("patterns.stamp", "patterns.divider_stamp")
    )
    for divider in plan.dividers:
        yield divider.page, divider_page.format(n=divider.page, volume=divider.volume)
        for piece in divider.pieces:
            for page in range(1, piece.evidence.pages + 1):
                n = piece.first + page - 1
                facts = {"number": piece.number, "page": page, "pages": piece.evidence.pages, "n": n}
                yield n, evidence.format(volume=piece.volume, **facts)


@dataclass(slots=True)
class _Bookmark:
    title: str
    page: Object
    below: list[_Bookmark] = field(default_factory=list)
    is_open: bool = False


def _outline(pdf: Pdf, pages: Sequence[Object], plan: BundlePlan, front: Front) -> None:
    """Write the bookmarks: section → line → piece; sections stand open, lines closed."""
    from pikepdf import Dictionary, Name

    body = pages[front.opening :]
    sections = {part.id: f"{part.id}　{part.title}" for part in plan.sections}
    top = [_Bookmark("目录", pages[1])]
    for section, dividers in groupby(plan.dividers, key=lambda divider: divider.section):
        lines = [
            _Bookmark(
                divider.heading,
                body[divider.page - 1],
                [_Bookmark(f"{p.number}　{p.evidence.title}", body[p.first - 1]) for p in divider.pieces],
            )
            for divider in dividers
        ]
        top += [_Bookmark(sections[section], lines[0].page, lines, True)] if section in sections else lines
    root = pdf.make_indirect(Dictionary(Type=Name.Outlines))
    root.Count = _hang(pdf, root, top)
    pdf.Root.Outlines = root
    pdf.Root.PageMode = Name.UseOutlines


def _hang(pdf: Pdf, parent: Object, bookmarks: Sequence[_Bookmark]) -> int:
    """Write ``bookmarks`` below ``parent``; return how many entries show when it is open (ISO 32000-1, 12.3.3)."""
    from pikepdf import Array, Dictionary, Name

    items: list[Object] = []
    visible = len(bookmarks)
    for mark in bookmarks:
        entry = Dictionary(Title=mark.title, Parent=parent, Dest=Array([mark.page, Name.Fit]))
        item = pdf.make_indirect(entry)
        if mark.below:
            inside = _hang(pdf, item, mark.below)
            item.Count = inside if mark.is_open else -inside
            visible += inside if mark.is_open else 0
        items.append(item)
    for one, other in pairwise(items):
        one.Next, other.Prev = other, one
    parent.First, parent.Last = items[0], items[-1]
    return visible


def _label(pdf: Pdf, front: Front, last: int) -> None:
    """Write the page labels: letters for cover, contents and 备考表, 1…n between (ISO 32000-1, 12.4.2)."""
    from pikepdf import Array, Dictionary, Name

    labels: list[Any] = [0, Dictionary(S=Name.A)]
    if last:
        labels += [front.opening, Dictionary(S=Name.D, St=1)]
    if front.record:
        labels += [front.opening + last, Dictionary(S=Name.A, St=front.opening + 1)]
    pdf.Root.PageLabels = Dictionary(Nums=Array(labels))


def _describe(pdf: Pdf, plan: BundlePlan) -> None:
    """Write title, language and how to open it. No clock: the only date is the plan's."""
    from pikepdf import Dictionary, String

    title = f"{plan.unit}{plan.year}年度{plan.title}"
    pdf.Root.Lang = String("zh-CN")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.docinfo["/Title"] = title
    pdf.docinfo["/Author"] = plan.unit
    pdf.docinfo["/Producer"] = _PRODUCER
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:creator"] = [plan.unit]
        metadata["dc:language"] = ["zh-CN"]
        metadata["pdf:Producer"] = _PRODUCER
        if plan.dated is not None:
            pdf.docinfo["/CreationDate"] = f"D:{plan.dated:%Y%m%d}000000+08'00'"
            metadata["xmp:CreateDate"] = f"{plan.dated:%Y-%m-%d}T00:00:00+08:00"


def _save(pdf: Pdf, path: Path) -> None:
    from pikepdf import ObjectStreamMode, StreamDecodeLevel

    fs.save(
        path,
        partial(
            pdf.save,
            min_version="1.7",
            deterministic_id=True,
            object_stream_mode=ObjectStreamMode.disable,
            compress_streams=False,
            stream_decode_level=StreamDecodeLevel.none,
        ),
    )


def _fingerprint(piece: Piece) -> tuple[int, int] | None:
    """Return size and time of the piece's file, once its content is known to be the one planned with."""
    if piece.evidence.verdict is Verdict.SLIP_SHEET:
        return None  # the bundle holds nothing of it
    before = _stat(piece)
    try:
        same = fs.sha256(piece.evidence.source) == piece.evidence.sha256
    except OSError as error:
        raise _changed(piece) from error
    if not same:
        raise _changed(piece)
    return before


def _stat(piece: Piece) -> tuple[int, int] | None:
    if piece.evidence.verdict is Verdict.SLIP_SHEET:
        return None
    try:
        found = piece.evidence.source.stat()
    except OSError:
        return (-1, -1)
    return found.st_size, found.st_mtime_ns


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _changed(piece: Piece) -> KaopingError:
    findings = Findings()
    findings.add("evidence.changed", Location(f"材料/{piece.evidence.path}"), path=piece.evidence.path, line=piece.line)
    return KaopingError(findings)


def _not_merged(piece: Piece, error: Exception) -> KaopingError:
    path = piece.evidence.path
    findings = Findings()
    findings.add("evidence.not_merged", Location(f"材料/{path}"), path=path, reason=f"{error}。", line=piece.line)
    return KaopingError(findings)
