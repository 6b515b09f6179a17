"""Markings of state secrets (密级标志) and what only looks like one: strings, each with what a reader says of it.

The truth is laid down by hand in ``markings.yaml``, from the law's own forms and from offices' papers, and not by
asking the program. Run: ``python -m bench.markings``. Prints precision and recall of strings, and of the files of
:mod:`bench.marked_files`; with ``--out DIR`` makes the scanned pages of :mod:`bench.marked_pages`, which ``--read DIR``
measures.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from kaoping.evidence.words import STOCK

LEVELS = ("绝密", "机密", "秘密")
#: Strings that were written when the rules stood: by whoever wrote the rules, and after somebody had got round them.
BATCHES = ("later_on", "held_out", "afterwards")


class Example(NamedTuple):
    """A text, where it stands, and the level that it is marked with: "" for none."""

    text: str
    place: str  # page: a first page; later: another page; name: a file, a folder, a sheet, a title
    level: str


class Tally(NamedTuple):
    """How often the program was right, and what it missed or saw for nothing."""

    right: int
    missed: Sequence[str]
    for_nothing: Sequence[str]
    doubted: Sequence[str] = ()  # marked, and it said no more than that somebody has to look
    asked: Sequence[str] = ()  # not marked, and somebody has to look

    @property
    def precision(self) -> float:
        return self.right / max(self.right + len(self.for_nothing), 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + len(self.missed) + len(self.doubted), 1)


def examples(batch: str = "") -> list[Example]:
    """Return the strings that the rules were written for, or a ``batch`` that came when they stood: :data:`BATCHES`."""
    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    if batch:
        more = data[batch]
        return [*_clear(more["clear"]), *(its._replace(level="?") for its in _clear(more["marked"]))]
    traditional = (Example(text, "page", level) for text, level in data["traditional"].items())
    return [*_marked(data["marked"]), *traditional, *_clear(data["clear"])]


def level_of(example: Example) -> str:
    """Return what the program says of an example."""
    if example.place == "name":
        return STOCK.in_name(example.text)
    return STOCK.marking(example.text, first_page=example.place == "page")


def tally(judged: Iterable[tuple[str, str, str]]) -> Tally:
    """Count (what it is, its level, the level seen: “?” for a doubt); a level that is “?” may be any."""
    right, missed, for_nothing, doubted, asked = 0, [], [], [], []
    for what, level, seen in judged:
        if level and seen and level in ("?", seen):
            right += 1
        elif level and seen == "?":
            doubted.append(what)
        elif level:
            missed.append(what)
        elif seen == "?":
            asked.append(what)
        elif seen:
            for_nothing.append(what)
    return Tally(right, missed, for_nothing, doubted, asked)


def _marked(forms: Any) -> Iterator[Example]:
    for place, texts in forms.items():
        for number, form in enumerate(texts):
            for level in _levels(place, number):
                yield Example(form.format(a=level[0], b=level[1]), place, level)


def _levels(place: str, number: int) -> Sequence[str]:
    """The levels that a form is tried with: two, or all."""
    if place != "page":
        return LEVELS[:2] if number % 2 else LEVELS[1:]
    return (LEVELS[number % 3], LEVELS[(number + 1) % 3]) if number % 4 else LEVELS


def _clear(texts_by_place: Any) -> Iterator[Example]:
    for place, texts in texts_by_place.items():
        yield from (Example(text, place, "") for text in texts)


def main() -> int:
    """Make the pages, or measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="make scanned pages here")
    parser.add_argument("--read", type=Path, help="read and measure the scanned pages that were made here")
    parser.add_argument("--judge", type=Path, help="measure those of them that were read")
    parser.add_argument("--marked", type=int, default=200, help="how many marked pages are made")
    parser.add_argument("--clear", type=int, default=1000, help="how many innocent pages are made")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.out is not None:
        from bench.marked_pages import write

        write(given.out, given.seed, given.marked, given.clear)
        return 0
    rows: dict[str, list[tuple[str, str, str]]]
    if given.read is not None or given.judge is not None:
        from bench import marked_pages

        if given.read is not None:
            marked_pages.read(given.read)
        rows = {"scanned pages": list(marked_pages.judged_pages(given.read or given.judge))}
    else:
        from bench.marked_files import judged_files

        strings = {"strings": examples(), **{f"strings, {batch}": examples(batch) for batch in BATCHES}}
        rows = {what: [(its.text, its.level, level_of(its)) for its in those] for what, those in strings.items()}
        rows["files"] = list(judged_files())
    print("| what | precision | recall | missed | for nothing | marked, doubted | not marked, doubted |")
    print("|---|---|---|---|---|---|---|")
    for what, judged in rows.items():
        its = tally(judged)
        lists = (its.missed, its.for_nothing, its.doubted, its.asked)
        cells = (f"{its.precision:.3f}", f"{its.recall:.3f}", *("；".join(those) for those in lists))
        print(f"| {what} ({len(judged)}) | {' | '.join(map(repr, cells))} |".replace("'", ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
