"""The way of a PDF into the bundle, rehearsed: merged, put right, stamped, saved, read back by the other readers.

What a later step or another reader can't take is so found when the file is judged, in a process that can be killed, and
not when everybody waits for the bundle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from kaoping.core import fs
from kaoping.core.errors import is_machines
from kaoping.core.model import Sheets
from kaoping.pdf import merge, visible
from kaoping.pdf.alone import BlockFont, make_ready
from kaoping.pdf.second_reader import open_pdf
from kaoping.pdf.stamp_reader import StampReader

_NOT_MERGED = "并入汇编、盖页码时出错"
_NOT_READ = "并入汇编以后，别的阅读器读不回来"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it: the sheets as they go in, and the 0-based pages on which no stamp shows in spite of that.

    ``refused`` says in Chinese why they can't stand in a bundle; "" where they can.
    """

    sheets: Sheets
    unseen: tuple[int, ...] = ()
    refused: str = ""


def rehearse(sheets: Sheets, pages: int, folder: Path, doubtful: Iterable[int]) -> Rehearsal:
    """Merge and stamp the ``pages`` of ``sheets``, in ``folder``, by what is known of them; their weight is found.

    The ``doubtful`` ones, on which something else may hide a stamp, are looked at. A page whose stamp does not show is
    tried again, enclosed and drawn smaller. Raises only what the machine does.
    """
    doubtful = {*sheets.leaky, *doubtful}
    unseen: frozenset[int] = frozenset()
    target = folder / "rehearsal.pdf"
    for _ in range(2):
        sheets = replace(sheets, leaky=sheets.leaky | unseen, full=sheets.full | unseen, dark=sheets.dark - unseen)
        reason = _NOT_MERGED
        try:
            sheets = replace(sheets, weight=_bundle(sheets, pages, target))
            reason = _NOT_READ
            unseen = _unseen(target, pages, doubtful)
        except Exception as error:  # whatever it is that a library can't take
            if is_machines(error):
                raise
            return Rehearsal(sheets, refused=reason)
        finally:
            target.unlink(missing_ok=True)
        if not unseen:
            break
    return Rehearsal(sheets, tuple(sorted(unseen)))


def _text(page: int) -> str:
    """Return the stamp of a 0-based page: as wide as one may be, and on no page by chance."""
    return f"{page:08}97531{page:08}"


def _bundle(sheets: Sheets, pages: int, target: Path) -> int:
    """Write the pages to ``target`` as they would stand in a bundle; return the bytes they take there, unstamped."""
    with merge.join([(sheets.path, f"1-{pages}")]) as pdf:
        if len(pdf.pages) != pages:
            raise ValueError(f"{len(pdf.pages)} pages of {pages}")
        merge.save(pdf, counter := merge.Counter(), identity=bytes(16))
        make_ready(pdf, sheets, BlockFont(), _text)
        fs.save(target, partial(merge.save, pdf, identity=bytes(16)), lasting=False)
    return counter.size


def _unseen(target: Path, pages: int, doubtful: Collection[int]) -> frozenset[int]:
    """Return the pages of ``target`` whose stamp can't be read back: of the ``doubtful`` ones, can't be seen.

    Raises what the readers raise where they can't read the file at all.
    """
    import pypdfium2

    reader = open_pdf(target)
    with closing(reader.stream):
        stamps = StampReader(reader)
        doubtful = {*doubtful, *(at for at, page in enumerate(reader.pages) if not stamps.carries(page, _text(at)))}
    if not doubtful:
        return frozenset()
    document = pypdfium2.PdfDocument(target)
    try:
        if len(document) != pages:
            raise ValueError(f"{len(document)} pages of {pages}")
        return frozenset(at for at in doubtful if not _shows(document, at))
    finally:
        document.close()


def _shows(document: Any, at: int) -> bool:
    import pypdfium2

    try:
        page = document[at]
    except pypdfium2.PdfiumError:
        return False
    try:
        return visible.shows(page, _text(at))
    except pypdfium2.PdfiumError:
        return False
    finally:
        page.close()
