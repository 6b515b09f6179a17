"""The verdict on one file, as its judge writes it and the store keeps it: plain data, no path of this machine in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from kaoping.core.model import Bookmark, Sheets, Verdict

#: Why a file has no verdict yet: all that the others took was what there is for one survey.
NOT_REACHED = "这次查看材料的时间或临时空间用完了，还没有看到它。再运行一次，会接着看。"
PAGES = "pages.pdf"  # in the verdict's folder: what goes into the bundle instead of the source


@dataclass(frozen=True, slots=True)
class Facts:
    """What the merge must know of a PDF (see :class:`kaoping.core.model.Sheets`), as JSON has it."""

    weight: int
    names: tuple[tuple[str, str, int, tuple[str | float | None, ...]], ...] = ()
    bookmarks: tuple[Any, ...] = ()  # [title, page, [below …]]
    leaky: tuple[int, ...] = ()
    dark: tuple[int, ...] = ()
    full: tuple[int, ...] = ()
    layers: bool = False

    def rehearsed(self, sheets: Sheets) -> Facts:
        """Return the same with what was found when ``sheets`` were tried."""
        looks = (tuple(sorted(pages)) for pages in (sheets.leaky, sheets.dark, sheets.full))
        leaky, dark, full = looks
        return replace(self, weight=sheets.weight, leaky=leaky, dark=dark, full=full)

    def sheets(self, path: Path, size: int = 0, time: int = 0) -> Sheets:
        """Return what the bundle merges: the PDF at ``path``, of ``size`` bytes and ``time`` ns."""
        return Sheets(
            path=path,
            size=size,
            time=time,
            weight=self.weight,
            names={(kind, name): (page, how) for kind, name, page, how in self.names},
            bookmarks=tuple(map(_bookmark, self.bookmarks)),
            leaky=frozenset(self.leaky),
            dark=frozenset(self.dark),
            full=frozenset(self.full),
            layers=self.layers,
        )


@dataclass(frozen=True, slots=True)
class Appraisal:
    """The verdict on one file: ``pages`` is what it takes in the bundle; a slip sheet has a reason and takes one."""

    media: str
    verdict: Verdict
    why: str = ""  # in Chinese, a whole sentence; "" where its pages can stand in the bundle
    how: str = ""
    lost: tuple[str, ...] = ()
    pages: int = 1
    facts: Facts | None = None
    made: int = 0  # bytes of PAGES, where its pages are there and not in the source
    keep: bool = False
    members: tuple[tuple[str, str], ...] = ()  # (path inside, name of the file in the verdict's folder)
    office: str = ""  # the suffix by which LibreOffice has to open it, for its pages are still to be made
    stand_in: str = ""  # what LibreOffice is given instead of the source: a file in the verdict's folder
    is_named: bool = False  # the stand-in lacks the file's name, which its pages are to show
    secret: str = ""  # the 密级 it is marked with
    personal: tuple[str, ...] = ()  # personal data found in it, unrecognisable
    #: Where its pages are still to be made: (title, masked, is_added, place) of the personal data in the source.
    hits: tuple[tuple[str, str, bool, str], ...] = ()
    other_numbers: tuple[str, ...] = ()  # masked: what only looks like personal data, as its source says
    unexamined: bool = False  # some of it can't be read: nobody knows whether it is marked
    programs: tuple[str, ...] = ()  # the names of those that it carries and that do not come out as members
    is_photo: bool = False  # of what happened: it may share a page with others
    scans: tuple[int, ...] = ()  # 1-based pages on which there is more to be seen than their text says
    digest: str = ""  # the sha256 of PAGES, where a unit changed them
    shots: tuple[tuple[str, str, int], ...] = ()  # of each photo: its look, the day it was taken (ISO), its page
    tags: tuple[str, ...] = ()  # what its photos told beside what they show, and was taken out of its pages

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as JSON has it."""
        return asdict(self)

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Appraisal:
        """Return the verdict that ``entry`` holds; raises KeyError, TypeError or ValueError for anything else."""
        known: dict[str, Any] = {**entry, "verdict": Verdict(entry["verdict"])}
        if (facts := entry["facts"]) is not None:
            known["facts"] = Facts(
                **facts | {"names": tuple((kind, name, page, tuple(how)) for kind, name, page, how in facts["names"])}
            )
        for key in ("lost", "personal", "programs", "other_numbers", "tags", "scans"):
            known[key] = tuple(entry[key])
        known["hits"] = tuple(tuple(hit) for hit in entry["hits"])
        known["shots"] = tuple((look, taken, page) for look, taken, page in entry["shots"])
        known["members"] = tuple((name, file) for name, file in entry["members"])
        return cls(**known)

    def sheets(self, path: Path, size: int, time: int) -> Sheets | None:
        """Return what the bundle merges: the PDF at ``path``, of ``size`` bytes and ``time`` ns; None for a slip."""
        if self.facts is None:
            return None
        return self.facts.sheets(path, size, time)


def slip(media: str, why: str) -> Appraisal:
    """Return the verdict on a file that can't be shown, for the reason ``why``: nor can it be looked through."""
    return Appraisal(media, Verdict.SLIP_SHEET, why, unexamined=True)


def _bookmark(entry: Any) -> Bookmark:
    title, page, below = entry
    return Bookmark(title, page, tuple(map(_bookmark, below)))
