"""One file, one verdict: by its content, never by its name. Runs in a process that can be killed.

The functions here take and give what JSON holds, for that is how they are called (see :mod:`kaoping.evidence.workers`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kaoping.core import seam
from kaoping.core.errors import is_machines
from kaoping.core.model import Verdict
from kaoping.evidence import secrecy
from kaoping.evidence.convert import Made, NotShownError
from kaoping.evidence.judged import PAGES, Judged, slip
from kaoping.evidence.media import Media, sniff

_EMPTY = "文件是空的（0 字节）。"
_BLANK = "转换出来是空白的。里面要是有内容，请用生成它的程序另存为 PDF 后换掉。"
_LIMITED = "内容有损坏或不合常理，打不开。请用生成它的程序打开后另存一份，或导出成 PDF。"


def judge(path: str, folder: str) -> dict[str, Any]:
    """Judge the file at ``path``; what is made from it is written to ``folder``.

    Returns :meth:`Judged.to_json`. Raises nothing for a bad file, OSError and MemoryError where the machine fails.
    """
    return _judge(Path(path), Path(folder)).to_json()


def judge_pages(folder: str, media: str, made: Mapping[str, Any]) -> dict[str, Any]:
    """Judge the PDF that LibreOffice made in ``folder``; ``made`` are the fields of a :class:`Made`."""
    what = Made(made["pages"], made["how"], tuple(made["lost"]))
    return _guarded(media, lambda: _converted(media, what, Path(folder))).to_json()


def _judge(path: Path, folder: Path) -> Judged:
    if not path.stat().st_size:
        return slip("", _EMPTY)
    media = sniff(path)
    return _guarded(media.id, lambda: _by_family(media, path, folder))


def _guarded(media: str, work: Callable[[], Judged]) -> Judged:
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


def _by_family(media: Media, path: Path, folder: Path) -> Judged:
    for text in secrecy.raw_text(path, media.id):
        if marked := secrecy.marking(text, first_page=True):  # before anything is made of it
            return Judged(media.id, Verdict.SLIP_SHEET, secret=marked)
    judges: dict[str, Callable[[Media, Path, Path], Judged]] = {
        "pdf": _pdf,
        "picture": _picture,
        "office": _office,
        "web": _web,
        "text": _text,
        "table": _table,
        "mail": _mail,
        "archive": _archive,
    }
    if (to_pdf := seam.reader(media.family)) is not None:
        return _converted(media.id, to_pdf(path, folder / PAGES), folder)
    return judges.get(media.family, _other)(media, path, folder)


def _converted(media: str, made: Made, folder: Path) -> Judged:
    """Return the verdict on a file whose pages were made: what is on them counts as for any PDF."""
    from kaoping.evidence import facts

    found = facts.measure(folder / PAGES)
    if found.is_blank:
        raise NotShownError(_BLANK)
    return Judged(
        media=media,
        verdict=Verdict.CONVERTED,
        how=made.how,
        lost=made.lost,
        pages=found.pages,
        facts=found.facts,
        made=(folder / PAGES).stat().st_size,
        keep=bool(made.lost),
        secret=found.secret,
        personal=found.personal,
    )


def _pdf(media: Media, path: Path, folder: Path) -> Judged:
    from kaoping.evidence import pdf

    judged = pdf.judge(path, folder)
    if judged.verdict is Verdict.SLIP_SHEET:
        return judged
    return _with_members(judged, media, path, folder)


def _picture(media: Media, path: Path, folder: Path) -> Judged:
    from kaoping.evidence.convert import pictures

    return _converted(media.id, pictures.to_pdf(path, folder / PAGES), folder)


def _office(media: Media, path: Path, folder: Path) -> Judged:
    """Leave the file to LibreOffice, which works on many at a time and not in this process."""
    from kaoping.evidence.convert import unseen

    return Judged(media.id, Verdict.SLIP_SHEET, office=media.suffix, lost=unseen.told(path))


def _web(media: Media, path: Path, folder: Path) -> Judged:
    """Leave a page that runs and fetches nothing to LibreOffice."""
    from kaoping.evidence.convert import web

    lost = web.clean(path, folder / "page.html")
    return Judged(media.id, Verdict.SLIP_SHEET, office=media.suffix, stand_in="page.html", lost=lost)


def _text(media: Media, path: Path, folder: Path) -> Judged:
    from kaoping.evidence.convert import text

    return _converted(media.id, text.to_pdf(path, folder / PAGES), folder)


def _table(media: Media, path: Path, folder: Path) -> Judged:
    from kaoping.evidence.convert import text

    return _converted(media.id, text.csv_to_pdf(path, folder / PAGES), folder)


def _mail(media: Media, path: Path, folder: Path) -> Judged:
    from kaoping.evidence.convert import mail

    judged = _converted(media.id, mail.to_pdf(path, folder / PAGES), folder)
    return _with_members(judged, media, path, folder)


def _archive(media: Media, path: Path, folder: Path) -> Judged:
    if media.id != "zip":
        return _other(media, path, folder)
    from kaoping.evidence.unpack import LIMITS, unpack

    unpacked = unpack(path, media.id, folder, LIMITS)
    return replace(
        Judged(media.id, Verdict.UNPACKED, keep=bool(unpacked.skipped)),
        lost=tuple(f"“{name}”没有展开：{why}" for name, why in unpacked.skipped),
        members=tuple((member.name, member.path.name) for member in unpacked.members),
    )


def _with_members(judged: Judged, media: Media, path: Path, folder: Path) -> Judged:
    """Return ``judged`` with the files that the file carries; where they can't be had, that is said."""
    from kaoping.evidence.unpack import LIMITS, unpack

    try:
        unpacked = unpack(path, media.id, folder, LIMITS)
    except NotShownError as error:
        return replace(judged, lost=(*judged.lost, f"所带的附件没有展开：{error}"), keep=True)
    except Exception as error:  # its pages can be shown all the same
        if is_machines(error):
            raise
        return replace(judged, lost=(*judged.lost, "所带的附件读不出来。"), keep=True)
    lost = tuple(f"所带的附件“{name}”没有展开：{why}" for name, why in unpacked.skipped)
    return replace(
        judged,
        lost=(*judged.lost, *lost),
        keep=judged.keep or bool(lost),
        members=tuple((member.name, member.path.name) for member in unpacked.members),
    )


def _other(media: Media, path: Path, folder: Path) -> Judged:
    return slip(media.id, f"{media.title}，不能显示为页面。")
