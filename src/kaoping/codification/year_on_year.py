"""Two rubrics compared, line by line: what was added, dropped, split, merged, reworded, given other points or edges.

Lines are matched by the likeness of their words, and by their place where words alone could mean several. Likeness is
counted on pairs of characters, found through an index, so that 500 lines against 500 take no time; difflib then says
which words changed.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from kaoping.codification.tables.draft import Draft
from kaoping.core.figures import number
from kaoping.rubric.explanation import kinds_asked
from kaoping.rubric.nodes import Rubric

#: Lines less alike than this are two different lines.
_LEAST = 0.45
#: How much of a line's words must stand in another for it to be a part of it.
_PART = 0.6
_NUMBER_FIRST = re.compile(r"^[（(]?[0-9]+(?:[.．][0-9]+)*[)）.．、]?")
_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:%|％|个百分点)?|.", re.DOTALL)
_EDGE = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:%|％|个百分点)?")


@dataclass(frozen=True, slots=True)
class Sided:
    """A line of one of the two rubrics, as far as it is compared."""

    id: str
    title: str
    section: str  # its section's title
    place: float  # 0 for the first of its rubric, 1 for the last
    words: str  # without blanks and number
    of: Fraction | None
    kinds: tuple[str, ...] = ()  # of records that its rule looks at
    on_its_row: tuple[str, ...] = ()  # it and the lines that share its row; none where nothing is scored yet


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a line, or of several: ``what`` is one of CHANGES; without it, they are the same."""

    what: tuple[str, ...]
    before: tuple[Sided, ...]
    after: tuple[Sided, ...]
    words: tuple[tuple[str, str], ...] = ()  # what was written, what is written instead; "" for nothing
    edges: tuple[tuple[str, str], ...] = ()  # numbers alone that are others now


#: Each with the word for it.
CHANGES = {
    "added": "新增",
    "dropped": "删去",
    "split": "拆成几项",
    "merged": "并成一项",
    "edge": "线动了",
    "reworded": "改了措辞",
    "points": "分值变了",
    "moved": "换了部分",
}


@dataclass(frozen=True, slots=True)
class YearOnYear:
    """Two rubrics compared: all changes in the order of the later one, those dropped at their old place."""

    changes: Sequence[Change]
    same: int
    kinds: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    #: ↑ record kind → the lines that looked at it, and those that do now or go on from one that did; none that looked:
    #: only the later one asks for it
    matched: Sequence[tuple[tuple[Sided, ...], tuple[Sided, ...]]] = ()  # all lines, the same ones too, as ``changes``


def sides_of_draft(draft: Draft) -> list[Sided]:
    """Return the lines of a draft, to be compared."""
    titles = {section.id: section.title for section in draft.sections}
    texts = [
        (
            its.id,
            its.title,
            titles[its.section],
            "".join((*its.under, its.content, its.requirement, its.standard)),
            its.of,
        )
        for its in draft.lines
    ]
    return [
        Sided(id_, title, section, at / max(1, len(texts) - 1), _bare(text), of)
        for at, (id_, title, section, text, of) in enumerate(texts)
    ]


def sides_of_rubric(rubric: Rubric) -> list[Sided]:
    """Return the lines of a pack's rubric that have a row of their own, to be compared."""
    sides = []
    lines = [line for line in rubric.lines if not line.shares_row_with]
    for at, line in enumerate(lines):
        sharing = [line, *(its for its in rubric.lines if its.shares_row_with == line.id)]
        kinds = dict.fromkeys(kind.name for its in sharing for kind in kinds_asked(its))
        section = rubric.section(line.section).title
        words = _bare(line.row.content + line.row.standard)
        place, ids = at / max(1, len(lines) - 1), tuple(its.id for its in sharing)
        sides.append(Sided(line.id, line.title, section, place, words, line.of, tuple(kinds), ids))
    return sides


def _bare(text: str) -> str:
    return _NUMBER_FIRST.sub("", re.sub(r"\s", "", text))


def compare_years(before: Sequence[Sided], after: Sequence[Sided]) -> YearOnYear:
    """Compare the lines of two rubrics."""
    pairs = _matched(before, after)
    gone = [its for its in before if its.id not in pairs]
    taken = set(pairs.values())
    new = [its for its in after if its.id not in taken]
    by_after = {its.id: its for its in after}
    parts, wholes = _parts(before, gone, new, pairs, by_after)
    changes: list[tuple[float, Change]] = []
    same: list[tuple[float, Change]] = []
    for old in before:
        if old.id not in pairs:
            if old.id not in wholes:
                changes.append((old.place, Change(("dropped",), (old,), ())))
            continue
        now = by_after[pairs[old.id]]
        others = parts.get(old.id, [])
        merged = [its for its in gone if wholes.get(its.id) == now.id]
        if others or merged:
            what = ("split",) if others else ("merged",)
            points = sum((its.of or 0 for its in (now, *others)), Fraction(0)) != sum(
                (its.of or 0 for its in (old, *merged)), Fraction(0)
            )
            done = Change((*what, *(("points",) if points else ())), (old, *merged), (now, *others))
            changes.append((now.place, done))
            continue
        change = _change(old, now)
        (changes if change.what else same).append((now.place, change))
    split_off = {its.id for others in parts.values() for its in others}
    changes += [(its.place, Change(("added",), (), (its,))) for its in new if its.id not in split_off]
    changes.sort(key=lambda its: its[0])
    in_order = sorted([*changes, *same], key=lambda its: its[0])
    matched = [(change.before, change.after) for _, change in in_order]
    standing = {**pairs, **wholes}
    kinds: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for kind in dict.fromkeys(kind for its in (*before, *after) for kind in its.kinds):
        asked = [its for its in before if kind in its.kinds]
        still = [standing[its.id] for its in asked if its.id in standing]
        asking = [its.id for its in after if kind in its.kinds]
        kinds[kind] = (tuple(its.id for its in asked), tuple(dict.fromkeys([*still, *asking])))
    return YearOnYear([change for _, change in changes], len(same), kinds, matched)


@lru_cache(maxsize=4096)
def _grams(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(max(1, len(text) - 1)))


def _matched(before: Sequence[Sided], after: Sequence[Sided]) -> dict[str, str]:
    """Which line became which: first those of the same words, then the most alike first."""
    pairs: dict[str, str] = {}
    free: defaultdict[str, list[Sided]] = defaultdict(list)
    for its in after:
        free[its.words].append(its)
    for its in before:
        if same := free.get(its.words):
            now = min(same, key=lambda other: abs(other.place - its.place))
            same.remove(now)
            pairs[its.id] = now.id
    taken = set(pairs.values())
    new = [its for its in after if its.id not in taken]
    scored = [
        (_likeness(share, old, now), old.id, now.id)
        for old, now, share in _alike([its for its in before if its.id not in pairs], new)
    ]
    for likeness, old_id, now_id in sorted(scored, key=lambda its: (-its[0], its[1], its[2])):
        if likeness >= _LEAST and old_id not in pairs and now_id not in taken:
            pairs[old_id] = now_id
            taken.add(now_id)
    return pairs


def _likeness(share: float, old: Sided, now: Sided) -> float:
    """By words above all; the same section, the same title and a near place speak for it."""
    near = 1 - abs(old.place - now.place)
    titles = 1.0 if _bare(old.title) == _bare(now.title) else 0.0
    return 0.8 * share + 0.05 * (old.section == now.section) + 0.05 * near + 0.1 * titles


def _alike(before: Sequence[Sided], after: Sequence[Sided]) -> Iterator[tuple[Sided, Sided, float]]:
    """Yield each two lines that have words in common, and which share of all their words that is."""
    grams = [_grams(its.words) for its in after]
    index: defaultdict[str, list[int]] = defaultdict(list)
    for at, counted in enumerate(grams):
        for gram in counted:
            index[gram].append(at)
    sizes = [sum(counted.values()) for counted in grams]
    for old in before:
        counted = _grams(old.words)
        common: Counter[int] = Counter()
        for gram, times in counted.items():
            for at in index.get(gram, ()):
                common[at] += min(times, grams[at][gram])
        size = sum(counted.values())
        for at, times in common.items():
            yield old, after[at], 2 * times / (size + sizes[at])


def _contained(part: Sided, whole: Sided) -> float:
    small, large = _grams(part.words), _grams(whole.words)
    return sum((small & large).values()) / max(1, sum(small.values()))


def _parts(
    before: Sequence[Sided],
    gone: Sequence[Sided],
    new: Sequence[Sided],
    pairs: Mapping[str, str],
    by_after: Mapping[str, Sided],
) -> tuple[dict[str, list[Sided]], dict[str, str]]:
    """New lines that were a part of an earlier one (split), and earlier ones that went into a later one (merged)."""
    parts: dict[str, list[Sided]] = {}
    kept = [its for its in before if its.id in pairs]
    for now in new:
        # What is a part of the earlier line, and no longer stands in the line that goes on from it.
        fit = [
            (_contained(now, old), old.id)
            for old in kept
            if _contained(now, old) >= _PART and _contained(now, by_after[pairs[old.id]]) < _PART
        ]
        if fit and len(now.words) >= 4:
            parts.setdefault(max(fit)[1], []).append(now)
    wholes: dict[str, str] = {}
    by_before = {its.id: its for its in before}
    for old in gone:
        into = [
            (_contained(old, by_after[now_id]), now_id)
            for old_id, now_id in pairs.items()
            if _contained(old, by_after[now_id]) >= _PART and _contained(old, by_before[old_id]) < _PART
        ]
        if into and len(old.words) >= 4:
            wholes[old.id] = max(into)[1]
    return parts, wholes


def _change(old: Sided, now: Sided) -> Change:
    what: list[str] = []
    words: list[tuple[str, str]] = []
    edges: list[tuple[str, str]] = []
    for was, now_is in _differences(old.words, now.words):
        is_edge = _EDGE.fullmatch(was) is not None and _EDGE.fullmatch(now_is) is not None
        (edges if is_edge else words).append((was, now_is))
    what += ["edge"] if edges else []
    what += ["reworded"] if words else []
    what += ["points"] if old.of != now.of else []
    what += ["moved"] if _bare(old.section) != _bare(now.section) else []
    return Change(tuple(what), (old,), (now,), tuple(words), tuple(edges))


def told_apart(before: str, after: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Return both texts in pieces, and of each piece whether the other text does not have it there."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    sides: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = ([], [])
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for side, piece in zip(sides, ("".join(old[a:b]), "".join(new[c:d])), strict=True):
            if piece:
                side.append((piece, tag != "equal"))
    return sides


def _differences(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yield the words that differ: what was written, what is written instead. A number is one word."""
    if before == after:
        return
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            yield "".join(old[a:b]), "".join(new[c:d])


def points_text(of: Fraction | None) -> str:
    """Write a line's points, or that it has none."""
    return f"{number(of)}分" if of is not None else "没有写分值"


def change_text(change: Change) -> str:
    """Say in a sentence what became of the lines of ``change``."""
    before, after = (_named(side) for side in (change.before, change.after))
    kinds = "、".join(CHANGES[what] for what in change.what)
    names = f"{before} → {after}" if before and after else before or after
    facts = difference_text(change)
    return f"{kinds}：{names}{'：' if facts else ''}{facts}"


def difference_text(change: Change) -> str:
    """Say what differs between the two sides of ``change``; "" where a side is empty."""
    facts = [f"“{was}”→“{now}”" if was and now else f"删“{was}”" if was else f"加“{now}”" for was, now in change.words]
    facts += [f"{was}→{now}" for was, now in change.edges]
    if "points" in change.what:
        facts.append(f"{_points(change.before)}→{_points(change.after)}")
    if "moved" in change.what:
        facts.append(f"从“{change.before[0].section}”到“{change.after[0].section}”")
    return "；".join(facts)


def _points(side: Iterable[Sided]) -> str:
    return "＋".join(points_text(its.of) for its in side)


def _named(side: Iterable[Sided]) -> str:
    return "、".join(f"第{its.id}项“{its.title}”" for its in side)
