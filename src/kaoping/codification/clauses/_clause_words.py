"""The words that clauses are made of, as data (``evidence_schema/clause_words.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kaoping.core import resources


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary: what each word does in a clause."""

    acts: Mapping[str, tuple[str, ...]]  # what it does → the words that do it
    literals: tuple[str, ...]
    open: tuple[str, ...]  # words with which a clause can't be taken literally
    units: tuple[str, ...]
    per_cent_units: tuple[str, ...]
    days: tuple[str, ...]
    no_units: tuple[str, ...]
    in_proportion_of: tuple[str, ...]
    rhythm: tuple[str, ...]
    periods: tuple[str, ...]
    links: tuple[str, ...]
    either: tuple[str, ...]
    both: tuple[str, ...]
    degrees: tuple[str, ...]
    graded: tuple[str, ...]
    late: tuple[str, ...]
    worse: tuple[str, ...]
    openings: tuple[str, ...]
    only: tuple[str, ...]
    labels: tuple[str, ...]
    grave: tuple[str, ...]
    graver: tuple[str, ...]
    grave_ends: tuple[str, ...]
    spans_of_names: tuple[str, ...]
    does: tuple[str, ...]
    round_the_clock: tuple[str, ...]
    targets: tuple[str, ...]
    asks: tuple[str, ...]
    deeds: tuple[str, ...]
    all_points: tuple[str, ...]
    certain: tuple[str, ...]
    done: tuple[str, ...]
    occurs: tuple[str, ...]
    places: tuple[str, ...]
    levels: tuple[str, ...]
    short_levels: tuple[str, ...]
    trailing: tuple[str, ...]
    events: tuple[str, ...]
    all_done: tuple[str, ...]
    qualities: tuple[str, ...]
    all_well: tuple[str, ...]
    lacking_names: tuple[str, ...]
    spreads: tuple[str, ...]
    hedges: tuple[str, ...]
    or_else: tuple[str, ...]
    breaks: tuple[str, ...]
    lacks: tuple[str, ...]
    amiss: tuple[str, ...]
    compared: tuple[str, ...]
    rates: tuple[str, ...]
    together: tuple[str, ...]
    of_things: tuple[str, ...]
    well: tuple[str, ...]
    joins: tuple[str, ...]
    steps: tuple[str, ...]
    ranking: tuple[str, ...]
    average: tuple[str, ...]
    compounds: tuple[str, ...]
    scopes: tuple[str, ...]
    all_so: tuple[str, ...]
    none_so: tuple[str, ...]
    one_of: tuple[str, ...]
    leads: tuple[str, ...]
    all_of: tuple[str, ...]
    preambles: tuple[str, ...]
    makes: tuple[str, ...]
    lacking: tuple[str, ...]
    counted_as: tuple[str, ...]
    so: tuple[str, ...]
    not_so: tuple[str, ...]
    exclusive: tuple[tuple[str, ...], ...]
    in_all: tuple[str, ...]
    denials: tuple[str, ...]
    lacking_heads: tuple[str, ...]
    same: tuple[tuple[str, ...], ...]
    same_at_end: tuple[tuple[str, ...], ...]
    overdue: tuple[str, ...]
    of_days: tuple[str, ...]
    timely: tuple[str, ...]
    misdeeds: tuple[str, ...]
    happens: tuple[str, ...]
    meets: tuple[str, ...]
    fails: tuple[str, ...]
    said_with: tuple[str, ...]
    who: tuple[str, ...]
    nothing: tuple[str, ...]
    simplified: Mapping[int, int]  # for str.translate


@cache
def words() -> Words:
    """Return the vocabulary, read once; the longest words come first."""
    raw = resources.load_yaml(resources.schema("clause_words.yaml"))
    pairs = raw.pop("traditional")
    exclusive = tuple(map(tuple, raw.pop("exclusive")))
    same, same_at_end = (tuple(map(tuple, raw.pop(name))) for name in ("same", "same_at_end"))
    acts = {act: _longest(its) for act, its in raw.pop("words").items()}
    lists = {name: _longest(its) for name, its in raw.items()}
    return Words(
        acts=acts,
        exclusive=exclusive,
        same=same,
        same_at_end=same_at_end,
        simplified=str.maketrans(pairs[::2], pairs[1::2]),
        **lists,
    )


def _longest(texts: list[str]) -> tuple[str, ...]:
    return tuple(sorted(map(str, dict.fromkeys(texts)), key=len, reverse=True))
