"""One file, one verdict: by its content, never by its name. Runs in a process that can be killed.

The functions here take and give what JSON holds, for that is how they are called (see :mod:`kaoping.evidence.workers`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.core import fs, seam
from kaoping.core.errors import is_machines
from kaoping.core.model import Verdict
from kaoping.evidence._appraisal import PAGES, Appraisal, slip
from kaoping.evidence._personal import Hit, listed
from kaoping.evidence.convert import Conversion, NotShownError
from kaoping.evidence.media import Media, runs, sniff
from kaoping.evidence.source_text._passage import SourceText
from kaoping.evidence.source_text._reading import read_source
from kaoping.evidence.words import Words

if TYPE_CHECKING:
    from kaoping.evidence._unpack import Unpacking

_EMPTY = "文件是空的（0 字节）。"
_MOST_HITS = 1000  # that are kept of one file
_BLANK = "转换出来是空白的。里面要是有内容，请用生成它的程序另存为 PDF 后换掉。"
_LOCKED = "文件设了打开密码。请换成不带密码的文件，或导出成 PDF。"
_PROGRAM = "请换成要证明的内容本身：截图、照片或导出的 PDF。"
_LIMITED = "它的写法不合常规，打不开。请用生成它的程序打开后另存一份，或导出成 PDF。"


@dataclass(frozen=True, slots=True)
class _Task:
    """A file to be judged: what it is, where what is made of it goes, what it is looked through for."""

    media: Media
    path: Path
    folder: Path
    words: Words
    source: SourceText = field(default_factory=SourceText)
    beside: Mapping[str, Path] = field(default_factory=dict)  # what was saved with a web page, by the path from it

    @property
    def pages(self) -> Path:
        """Where its pages go."""
        return self.folder / PAGES


def judge(path: str, folder: str, added: Mapping[str, Any], beside: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Judge the file at ``path``; what is made from it is written to ``folder``. ``added`` are :attr:`Words.added`.

    ``beside`` are the files that were saved with a web page, by their paths from where it lies.

    Returns :meth:`Appraisal.to_json`. Raises nothing for a bad file, OSError and MemoryError where the machine fails.
    """
    source = Path(path)
    if not source.stat().st_size:
        return replace(slip("", _EMPTY), unexamined=False).to_json()
    files = {name: Path(place) for name, place in (beside or {}).items()}
    copied = Path(folder) / "copied"
    given = fs.for_libraries(source, copied / source.name)
    try:
        task = _Task(sniff(given), given, Path(folder), Words(added), beside=files)
        appraisal = _guarded(task.media.id, lambda: _by_family(task))
    finally:
        fs.remove(copied)
    if task.media.wordless:  # a recording, a picture
        appraisal = replace(appraisal, unexamined=False)
    return appraisal.to_json()


def judge_pages(
    folder: str,
    media: str,
    suffix: str,
    given: str,
    fields: Mapping[str, Any],
    first: Mapping[str, Any],
    added: Mapping[str, Any],
) -> dict[str, Any]:
    """Judge the PDF that LibreOffice made in ``folder`` of the file ``given`` to it, which it opened by ``suffix``.

    ``fields`` are those of a :class:`Conversion`; what of the file is not on the pages is added to them. ``first`` says
    what was found in the source: ``hits``, ``other_numbers``, ``unexamined`` and ``programs`` of the first verdict.
    """
    from kaoping.evidence.convert.shown import not_shown, stand_in_fonts

    source, pages = Path(given), Path(folder) / PAGES
    missing = not_shown(source, suffix, pages)
    how = fields["how"] + stand_in_fonts(source, pages)
    conversion = Conversion(fields["pages"], how, (*fields["lost"], *missing))
    hits = [(Hit(title, masked, is_added), place) for title, masked, is_added, place in first["hits"]]

    def work() -> Appraisal:
        return _appraisal_of_pages(media, conversion, Path(folder), Words(added), hits, first["other_numbers"])

    appraisal = _guarded(media, work)
    return replace(appraisal, unexamined=first["unexamined"], programs=tuple(first["programs"])).to_json()


def _guarded(media: str, work: Callable[[], Appraisal]) -> Appraisal:
    """Make a verdict of whatever is raised: a broken file breaks its reader in any way it likes.

    What the machine does to a sound file is passed on: it says nothing about the file, and may be over next time.
    """
    try:
        return work()
    except NotShownError as error:
        return slip(media, str(error))
    except Exception as error:
        if is_machines(error):
            raise
        return slip(media, _LIMITED)


def _by_family(task: _Task) -> Appraisal:
    media = task.media
    source = read_source(task.path, media.id)
    if marked := task.words.level_of(source.passages):  # before anything is made of it
        return Appraisal(media.id, Verdict.SLIP_SHEET, secret=marked)
    task = replace(task, source=source)
    judges: dict[str, Callable[[_Task], Appraisal]] = {
        "pdf": _pdf,
        "picture": _picture,
        "office": _office,
        "web": _web,
        "text": _text,
        "table": _table,
        "mail": _mail,
        "archive": _archive,
        "flat_package": _flat_package,
        "drawing": _drawing,
    }
    if (to_pdf := seam.reader(media.family)) is not None:
        appraisal = _appraisal_of(task, to_pdf(task.path, task.pages))
        return _with_members(appraisal, task) if seam.carried(media.family) is not None else appraisal
    return judges.get(media.family, _other)(task)


def _appraisal_of(task: _Task, conversion: Conversion) -> Appraisal:
    hits = list(task.words.personal_in(task.source.passages))
    others = task.words.other_numbers_in(task.source.passages)
    return _appraisal_of_pages(task.media.id, conversion, task.folder, task.words, hits, others)


def _appraisal_of_pages(
    media: str,
    conversion: Conversion,
    folder: Path,
    words: Words,
    hits: Sequence[tuple[Hit, str]],
    others: Collection[str],
) -> Appraisal:
    """Return the verdict on a file whose pages were made: what is on them counts as for any PDF.

    ``hits`` are the personal data in its source, each with its place; ``others`` what only looks so (:func:`listed`).
    """
    from kaoping.evidence._pdf_facts import measure

    tags = _clear_tags(folder / PAGES)
    measurements = measure(folder / PAGES, folder, words)
    if measurements.is_blank:
        raise NotShownError(_BLANK)
    return Appraisal(
        media=media,
        verdict=Verdict.CONVERTED,
        how=conversion.how,
        lost=conversion.lost,
        pages=measurements.pages,
        facts=measurements.facts,
        made=(folder / PAGES).stat().st_size,
        keep=bool(conversion.lost),
        secret=measurements.secret,
        personal=listed(measurements.personal, hits, others),
        shots=measurements.shots,
        tags=tags,
        scans=measurements.scans,
    )


def _clear_tags(pages: Path) -> tuple[str, ...]:
    """Take out of the photos on ``pages`` what they tell of a place or a device; return what was told."""
    import pikepdf

    from kaoping.evidence._camera_tags import clear_tags
    from kaoping.pdf import merge

    with pikepdf.open(pages) as pdf:
        if tells := clear_tags(pdf):
            merge.write(pdf, cleared := pages.with_name("cleared.pdf"))
    if tells:
        cleared.replace(pages)
    return tells


def _pdf(task: _Task) -> Appraisal:
    from kaoping.evidence._pdf_judge import judge_pdf

    appraisal = judge_pdf(task.path, task.folder, task.words)
    return appraisal if appraisal.verdict is Verdict.SLIP_SHEET else _with_members(appraisal, task)


def _picture(task: _Task) -> Appraisal:
    from PIL import Image, ImageOps

    from kaoping.evidence._camera_tags import tags_of
    from kaoping.evidence.convert._pictures import to_pdf
    from kaoping.evidence.convert._scene import is_scene, is_taken
    from kaoping.evidence.looks import look_of

    appraisal = _appraisal_of(task, to_pdf(task.path, task.pages))
    if appraisal.pages != 1:
        return appraisal
    with Image.open(task.path) as opened:
        tags = tags_of(opened)
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    tells = tuple(dict.fromkeys((*tags.tells, *appraisal.tags)))
    if not is_taken(picture):
        return replace(appraisal, tags=tells)
    shot = look_of(picture), tags.taken.isoformat() if tags.taken else "", 1
    return replace(appraisal, is_photo=is_scene(picture), shots=(shot,), tags=tells)


def _office(task: _Task) -> Appraisal:
    """Leave the file to LibreOffice, which works on many at a time and not in this process."""
    from kaoping.evidence.convert._embedded_programs import programs_in
    from kaoping.evidence.convert._locks import is_locked
    from kaoping.evidence.convert._unseen import unseen_content
    from kaoping.evidence.convert.frozen import freeze

    if is_locked(task.path):
        raise NotShownError(_LOCKED)
    stand_in = f"frozen{task.media.suffix}"
    frozen = freeze(task.path, task.folder / stand_in, task.media.suffix)
    return replace(
        _to_be_made(task),
        stand_in=stand_in if frozen.is_copied else "",
        is_named=frozen.is_named,
        programs=programs_in(task.path),
        lost=tuple(dict.fromkeys((*unseen_content(task.path), *frozen.lost))),
    )


def _to_be_made(task: _Task) -> Appraisal:
    """Return the verdict on a file whose pages LibreOffice is to make."""
    hits = list(islice(task.words.personal_in(task.source.passages), _MOST_HITS))
    return Appraisal(
        task.media.id,
        Verdict.SLIP_SHEET,
        office=".html" if task.media.family == "web" else task.media.suffix,
        personal=listed((), hits),  # for whoever has no LibreOffice
        hits=tuple((hit.title, hit.masked, hit.is_added, place) for hit, place in hits),
        other_numbers=tuple(sorted(task.words.other_numbers_in(task.source.passages))[:_MOST_HITS]),
        unexamined=not task.source.whole,
    )


def _flat_package(task: _Task) -> Appraisal:
    """Put the zip together that the file stands for; from there on it is that."""
    from kaoping.evidence.convert._flat_opc import to_zip

    package = task.folder / "put_together.docx"
    to_zip(task.path, package)
    media = sniff(package)
    if media.family != "office":
        raise NotShownError(_LIMITED)
    appraisal = _office(replace(task, path=package, media=media))
    return replace(appraisal, media=task.media.id, stand_in=appraisal.stand_in or package.name)


def _drawing(task: _Task) -> Appraisal:
    from kaoping.evidence.convert._vector_drawing import to_pdf

    return _appraisal_of(task, to_pdf(task.path, task.pages, task.folder))


def _web(task: _Task) -> Appraisal:
    """Leave a page that runs and fetches nothing to LibreOffice."""
    from kaoping.evidence.convert._saved_page import page_in, page_with
    from kaoping.evidence.convert._web import clean

    is_archive = task.media.id == "mhtml"
    shown = task.folder / "page.html"
    lost = clean(page_in(task.path) if is_archive else page_with(task.path, task.beside), shown)
    if is_archive or task.beside:  # what the file itself could not be looked through for
        source = read_source(shown, "html")
        if marked := task.words.level_of(source.passages):
            return Appraisal(task.media.id, Verdict.SLIP_SHEET, secret=marked)
        whole = SourceText([*task.source.passages, *source.passages], task.source.whole and source.whole)
        task = replace(task, source=whole)
    return replace(_to_be_made(task), stand_in="page.html", lost=lost)


def _text(task: _Task) -> Appraisal:
    from kaoping.evidence.convert._text import to_pdf

    return _appraisal_of(task, to_pdf(task.path, task.pages))


def _table(task: _Task) -> Appraisal:
    from kaoping.evidence.convert._text import csv_to_pdf

    return _appraisal_of(task, csv_to_pdf(task.path, task.pages))


def _mail(task: _Task) -> Appraisal:
    from kaoping.evidence.convert._mail import to_pdf

    return _with_members(_appraisal_of(task, to_pdf(task.path, task.pages)), task)


def _archive(task: _Task) -> Appraisal:
    from kaoping.evidence._unpack import LIMITS, unpack

    unpacked = unpack(task.path, task.media.id, task.folder, LIMITS)
    return replace(
        Appraisal(
            task.media.id,
            Verdict.UNPACKED,
            keep=bool(unpacked.skipped),
            unexamined=bool(unpacked.skipped),
            programs=_programs(unpacked),
        ),
        lost=tuple(f"“{name}”没有展开：{why}" for name, why in unpacked.skipped),
        members=tuple((member.name, member.path.name) for member in unpacked.members),
    )


def _programs(unpacked: Unpacking) -> tuple[str, ...]:
    """Return the programs, by their names, among what did not come out."""
    return tuple(name for name, _ in unpacked.skipped if runs(name))


def _with_members(appraisal: Appraisal, task: _Task) -> Appraisal:
    """Return ``appraisal`` with the files that the file carries; where they can't be had, that is said."""
    from kaoping.evidence._unpack import LIMITS, unpack

    try:
        unpacked = unpack(task.path, task.media.id, task.folder, LIMITS)
    except NotShownError as error:
        return _with_unread(appraisal, f"所带的附件没有展开：{error}")
    except Exception as error:  # its pages can be shown all the same
        if is_machines(error):
            raise
        return _with_unread(appraisal, "所带的附件读不出来。")
    lost = tuple(f"所带的附件“{name}”没有展开：{why}" for name, why in unpacked.skipped)
    return replace(
        appraisal,
        lost=(*appraisal.lost, *lost),
        keep=appraisal.keep or bool(lost),
        unexamined=appraisal.unexamined or bool(lost),
        programs=(*appraisal.programs, *_programs(unpacked)),
        members=tuple((member.name, member.path.name) for member in unpacked.members),
    )


def _with_unread(appraisal: Appraisal, sentence: str) -> Appraisal:
    return replace(appraisal, lost=(*appraisal.lost, sentence), keep=True, unexamined=True)


def _other(task: _Task) -> Appraisal:
    media = task.media
    if media.is_program:  # whatever it is marked with, it is handed on to nobody
        why = f"{media.title}，不收入汇编，也不复制。{media.advice or _PROGRAM}"
        return replace(slip(media.id, why), unexamined=False)
    was_read = bool(task.source.passages) and task.source.whole
    return replace(slip(media.id, f"{media.title}，不能显示为页面。{media.advice}"), unexamined=not was_read)
