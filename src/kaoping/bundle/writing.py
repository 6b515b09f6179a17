"""The bundle (佐证材料汇编.pdf): front matter and evidence, merged, stamped, linked, bookmarked and labelled.

What a page holds is never re-written, and no source is opened but by the merge: all that is needed of it was found when
it was judged. Whatever the reader is told (page label, stamp, contents entry, link) is the same number of the plan.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from traceback import clear_frames
from typing import TYPE_CHECKING, Any

import pikepdf

from kaoping.bundle._album import Photo, write_album
from kaoping.bundle._bookmarks import write_bookmarks
from kaoping.bundle.front import LINK, TEMPLATE, Front, FrontError, data_of, parts_of, read_front
from kaoping.bundle.plan import last_page
from kaoping.bundle.refused_pieces import reasons_of
from kaoping.core import fs, resources
from kaoping.core.errors import KaopingError, NotMergedError, is_machines
from kaoping.core.findings import Findings
from kaoping.core.model import BundlePlan, Divider, Location, Piece, Sheets
from kaoping.evidence.workers import Job, Worker, awaited, hired
from kaoping.pdf import merge, optional_content, typeset
from kaoping.pdf.fonts import Keep, SubsetFont
from kaoping.pdf.source_pages import disarm_forms, settle_pages
from kaoping.pdf.stamping import Stamper
from kaoping.pdf.typeset import FONTS

if TYPE_CHECKING:
    from pikepdf import Object, Page, Pdf

Progress = Callable[[int, int], None]
_PRODUCER = "kaoping"
_ASIDE, _MEMORY = 600.0, 3_000_000_000  # seconds and bytes that another process may take
_MANY = 200  # pieces: with more, what takes memory is done by other processes, one after the other


class BundleError(RuntimeError):
    """The bundle did not come out as planned: a fault of the engine, not of the input."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A volume of the bundle as it was written."""

    pages: int  # cover and contents included
    sha256: str


def write_bundle(
    plan: BundlePlan, out: Path, volume: int = 0, *, progress: Progress | None = None, keep: Keep | None = None
) -> Bundle:
    """Write ``volume`` (the first, unless given) of ``plan`` to ``out``.

    Whole or not at all; the same plan and files give the same bytes. ``keep`` keeps the stamps' font.

    ``progress`` is told (evidence pages done, all of them). Raises KaopingError where an evidence file is not the one
    that was planned with, or changes meanwhile; NotMergedError where some can't be merged; ValueError where ``out`` is
    one of the evidence files; FrontError and BundleError for faults of our own.
    """
    volume = volume or plan.volumes[0]
    dividers = plan.in_volume(volume)
    merged = [piece for divider in dividers for piece in divider.pieces if piece.evidence.sheets is not None]
    if any(_is_same(out, path) for piece in merged for path in {piece.evidence.source, _sheets(piece).path}):
        raise ValueError(f"the bundle would overwrite its own evidence: {out.name}")
    _refuse_changed(merged)
    part = out.with_name(out.name + ".part")
    # Beside the bundle: one disk to run full, and what a killed build leaves is cleared away with the stage.
    with fs.temporary_folder(out.parent) as folder:
        try:
            bundle = _write(plan, volume, part, folder, progress, keep)
            _refuse_changed(merged)
            fs.replace(part, out)
        except BaseException as error:
            # What the broken-off work still names holds the sources open, which keeps Windows from removing them.
            clear_frames(error.__traceback__)
            if isinstance(error, Exception):
                _blame(error, merged)
            raise
        finally:
            fs.remove(part)
    return bundle


def _blame(error: Exception, merged: Sequence[Piece]) -> None:
    """Raise NotMergedError where ``error`` is the doing of some of the pieces: qpdf names no file in some of its."""
    if isinstance(error, (KaopingError, FrontError)) or is_machines(error):
        return
    _refuse_changed(merged)
    if reasons := reasons_of(merged):
        raise NotMergedError(reasons) from error


def _write(
    plan: BundlePlan, volume: int, target: Path, folder: Path, progress: Progress | None, keep: Keep | None
) -> Bundle:
    """Write ``volume`` to ``target``: while its front matter is drawn, the evidence is merged and stamped."""
    dividers, last = plan.in_volume(volume), last_page(plan, volume)
    data = data_of(plan, volume)
    stamps = list(_stamps(plan, dividers))
    identity = _identity(data, stamps, dividers)
    with ThreadPoolExecutor(1) as aside:
        drawing = aside.submit(_draw, data, folder, keep)
        cutter = partial(_cut, folder) if data["count"] > _MANY else None
        font = SubsetFont(resources.fonts() / FONTS[1], (stamp.text for stamp in stamps), keep, cutter)
        parts = list(_parts(plan, dividers, folder))
        with merge.join((part.path, part.pages) for part in parts) as pdf, ExitStack() as opened:
            body = [page.obj for page in pdf.pages]  # body[n - 1] is printed page n; 备考表 comes last
            if len(body) != last + plan.record_sheet:
                raise BundleError(f"{len(body)} pages after the merge")
            _settle(pdf, body, dividers)
            stamping = _Stamping(Stamper(pdf, font), body, sum(stamp.is_evidence for stamp in stamps), progress)
            stamping.do(stamp for stamp in stamps if not stamp.drawn)
            drawn = awaited(drawing)
            front = read_front(drawn, plan, volume)
            sheets = [opened.enter_context(pikepdf.open(path)) for path, _ in drawn]
            opening = _lay(pdf, body, dividers, front, sheets)
            stamping.do(stamp for stamp in stamps if stamp.drawn)
            _link([*opening, *(body[divider.page - 1] for divider in dividers)], body)
            write_bookmarks(pdf, opening[1], body, plan, dividers)
            _label(pdf, front, last)
            _describe(pdf, plan, volume)
            # Only now are the bytes of the evidence read.
            sha256 = fs.save(target, partial(merge.save, pdf, identity=identity))
    return Bundle(len(opening) + len(body), sha256)


def _identity(data: Mapping[str, Any], stamps: Sequence[_Stamp], dividers: Sequence[Divider]) -> bytes:
    """Return the 16 bytes that tell a bundle from others (ISO 32000-1, 14.4): of all that is printed, and the sources.

    A digest of its bytes would say no more, and takes longer than writing them.
    """
    digests = [piece.evidence.digest for divider in dividers for piece in divider.pieces]
    facts = [data, [stamp.text for stamp in stamps], digests]
    return hashlib.sha256(json.dumps(facts).encode()).digest()[:16]


@dataclass(frozen=True, slots=True)
class _Part:
    """What goes into the merge next: pages of one PDF."""

    path: Path
    pages: str  # a range as qpdf writes it


def _draw(data: Mapping[str, Any], folder: Path, keep: Keep | None) -> list[tuple[Path, Any]]:
    """Have the front matter drawn in a process of its own, or found as it was drawn; return each part's PDF and marks.

    What Typst keeps of a long part takes as much memory as the merge: it is let go before the next.
    """
    drawn: list[tuple[Path, Any]] = []
    with hired(_MEMORY) as worker:
        for part in parts_of(data):
            target = folder / f"{part}.pdf"
            arguments = {"template": TEMPLATE, "data": {**data, "parts": [part]}, "target": str(target)}
            drawn.append((target, _drawn(worker, arguments, keep)))
            if data["count"] > _MANY:
                worker.end()
    return drawn


def _drawn(worker: Worker, arguments: Mapping[str, Any], keep: Keep | None) -> Any:
    """Draw one part to its target, where nothing of the same words is kept; return its marks."""
    target, marks = Path(arguments["target"]), None

    def draw() -> bytes:
        nonlocal marks
        marks = _done(worker, "kaoping.pdf.typeset:draw", arguments)
        return json.dumps(marks).encode() + b"\n" + target.read_bytes()

    if keep is None:
        draw()
        return marks
    facts = [typeset.depends_on(), arguments["template"], arguments["data"]]
    head, _, pdf = keep(hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:40], draw).partition(b"\n")
    if marks is None:
        target.write_bytes(pdf)
    return json.loads(head)


def _cut(folder: Path, path: Path, chars: Sequence[str]) -> bytes:
    """Have a font cut in a process of its own: fontTools takes 30 MB, and does not give them back."""
    target = folder / "font"
    with Worker(_MEMORY) as worker:
        _done(worker, "kaoping.pdf.fonts:cut_to", {"path": str(path), "chars": chars, "target": str(target)})
    return target.read_bytes()


def _done(worker: Worker, function: str, arguments: Mapping[str, Any]) -> Any:
    """Return what comes of a job that writes the file ``arguments["target"]``."""
    outcome = worker.do(Job(function, arguments, _ASIDE))
    if outcome.errno:  # what a disk does is told as such
        raise OSError(outcome.errno, os.strerror(outcome.errno), arguments["target"])
    if outcome.failure:
        raise BundleError(f"{function}: {outcome.failure}: {outcome.detail}")
    return outcome.result


def _parts(plan: BundlePlan, dividers: Sequence[Divider], folder: Path) -> Iterator[_Part]:
    """Yield the body in order; an empty page holds the place of each sheet that is still being drawn."""
    empty = _Part(_empty(folder), "1")
    for divider in dividers:
        yield empty
        for piece in divider.pieces:
            if piece.evidence.sheets is None:
                yield empty
            elif not piece.album:
                yield _Part(piece.evidence.sheets.path, f"1-{piece.evidence.pages}")
            elif piece.number == piece.album[0]:
                beside = [other for other in divider.pieces if other.number in piece.album]
                yield _Part(_album(beside, folder), "1")
    if plan.record_sheet:
        yield empty


def _empty(folder: Path) -> Path:
    target = folder / "empty.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        merge.write(pdf, target)
    return target


def _lay(
    pdf: Pdf, body: Sequence[Object], dividers: Sequence[Divider], front: Front, drawn: Sequence[Pdf]
) -> list[Object]:
    """Lay the sheets of ``front`` in their places in ``body``, cover and contents before it; return these."""
    opening, *others = (list(part.pages) for part in drawn)
    sheets = [page for part in others for page in part]
    pages = {divider.page: sheet for divider, sheet in zip(dividers, front.dividers, strict=True)}
    slips = (piece for divider in dividers for piece in divider.pieces if piece.number in front.slips)
    pages |= {piece.first: front.slips[piece.number] for piece in slips}
    if front.record:
        pages[len(body)] = front.record
    for page, number in pages.items():
        _fill(pdf, body[page - 1], sheets[number - front.opening - 1])
    for at, sheet in enumerate(opening):
        pdf.pages.insert(at, sheet)
    return [pdf.pages[at].obj for at in range(front.opening)]


def _fill(pdf: Pdf, page: Object, sheet: Page) -> None:
    """Make an empty page of ``pdf`` show what ``sheet``, of another file, does."""
    for key in page.keys() - {"/Parent"}:
        del page[key]
    for key, value in pdf.copy_foreign(sheet.obj).items():
        page[key] = value


def _album(pieces: Sequence[Piece], folder: Path) -> Path:
    """Lay the photos of ``pieces`` out on one page, each over its number and title."""
    target = folder / f"{pieces[0].first}.pdf"
    shown = [Photo(_sheets(piece).path, f"{piece.number}　{piece.evidence.title}") for piece in pieces]
    write_album(shown, target)
    return target


def _settle(pdf: Pdf, body: Sequence[Object], dividers: Sequence[Divider]) -> None:
    """Put right what the sources brought along."""
    layered: list[Object] = []
    for divider in dividers:
        for piece in divider.pieces:
            if (sheets := piece.evidence.sheets) is not None and not piece.album:
                pages = body[piece.first - 1 : piece.last]
                settle_pages(pages, sheets.names)
                layered += pages if sheets.layers else []
    disarm_forms(pdf)
    if layered:
        optional_content.restore(pdf, layered)


def _link(sheets: Sequence[Object], body: Sequence[Object]) -> None:
    """Turn the links that Typst drew into explicit destinations (ISO 32000-1, 12.3.2.2)."""
    from pikepdf import Array, Name

    for sheet in sheets:
        for note in sheet.get("/Annots", []):
            address = str(note.A.URI) if "/A" in note and "/URI" in note.A else ""
            if address.startswith(LINK):
                del note["/A"]
                note["/Dest"] = Array([body[int(address.removeprefix(LINK)) - 1], Name.Fit])


@dataclass(slots=True)
class _Stamping:
    """Stamps pages of ``body``, and tells ``progress`` of each page of evidence, of all ``total``."""

    stamper: Stamper
    body: Sequence[Object]
    total: int
    progress: Progress | None
    done: int = 0

    def do(self, stamps: Iterable[_Stamp]) -> None:
        """Draw ``stamps``."""
        for stamp in stamps:
            sheets, at = stamp.sheets, stamp.at
            page = self.body[stamp.page - 1]
            if sheets is None:
                self.stamper.stamp(page, stamp.text)
            else:
                looks = {"leaky": at in sheets.leaky, "dark": at in sheets.dark, "full": at in sheets.full}
                self.stamper.stamp(page, stamp.text, **looks)
            if stamp.is_evidence:
                self.done += 1
                if self.progress is not None:
                    self.progress(self.done, self.total)


@dataclass(frozen=True, slots=True)
class _Stamp:
    page: int  # printed
    text: str
    drawn: bool = False  # on a sheet of our own
    is_evidence: bool = False
    sheets: Sheets | None = None  # of a piece whose own pages stand there
    at: int = 0  # 0-based page of these


def _stamps(plan: BundlePlan, dividers: Sequence[Divider]) -> Iterator[_Stamp]:
    """Yield the stamp of every page of the body."""
    evidence, divider_page = (plan.extra[key] for key in ("patterns.stamp", "patterns.divider_stamp"))
    for divider in dividers:
        yield _Stamp(divider.page, divider_page.format(n=divider.page, volume=divider.volume), drawn=True)
        for piece in divider.pieces:
            if piece.album and piece.number != piece.album[0]:
                continue
            number = "～".join((piece.album[0], piece.album[-1])) if piece.album else piece.number
            for at in range(piece.evidence.pages):
                n = piece.first + at
                facts = {"number": number, "page": at + 1, "pages": piece.evidence.pages, "n": n}
                sheets = None if piece.album else piece.evidence.sheets
                text, drawn = evidence.format(volume=piece.volume, **facts), piece.evidence.sheets is None
                yield _Stamp(n, text, drawn, is_evidence=True, sheets=sheets, at=at)


def _label(pdf: Pdf, front: Front, last: int) -> None:
    """Write the page labels: letters for cover, contents and 备考表, 1…n between (ISO 32000-1, 12.4.2)."""
    from pikepdf import Array, Dictionary, Name

    labels: list[Any] = [0, Dictionary(S=Name.A)]
    if last:
        labels += [front.opening, Dictionary(S=Name.D, St=1)]
    if front.record:
        labels += [front.opening + last, Dictionary(S=Name.A, St=front.opening + 1)]
    pdf.Root.PageLabels = Dictionary(Nums=Array(labels))


def _describe(pdf: Pdf, plan: BundlePlan, volume: int) -> None:
    """Write title, language and how to open it. No clock: the only date is the plan's."""
    from pikepdf import Dictionary, String

    name = plan.volume_name(volume)
    title = f"{plan.unit}{plan.year}年度{plan.title}" + (f"（{name}）" if name else "")
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


def _sheets(piece: Piece) -> Sheets:
    assert piece.evidence.sheets is not None
    return piece.evidence.sheets


def _refuse_changed(pieces: Sequence[Piece]) -> None:
    """Raise KaopingError where a PDF is not as it was when it was judged: a short bundle would come out in silence."""
    for piece in pieces:
        sheets = _sheets(piece)
        try:
            stat = sheets.path.stat()
        except OSError as error:
            raise _changed(piece) from error
        if (stat.st_size, stat.st_mtime_ns) != (sheets.size, sheets.time):
            raise _changed(piece)


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def _changed(piece: Piece) -> KaopingError:
    findings = Findings()
    findings.add("evidence.changed", Location(f"材料/{piece.evidence.path}"), path=piece.evidence.path, line=piece.line)
    return KaopingError(findings)
