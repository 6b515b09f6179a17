"""The words and patterns by which papers are recognised: the stock's, and what a pack adds to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from kaoping.core import resources

FILE = "recognition.yaml"


@dataclass(frozen=True, slots=True)
class TypeClue:
    """By what a paper is of an evidence type: any of these says so."""

    type: str
    title: tuple[re.Pattern[str], ...]
    mast: tuple[re.Pattern[str], ...]
    issuer: tuple[re.Pattern[str], ...]
    form: tuple[str, ...]
    has: tuple[tuple[re.Pattern[str], ...], ...]  # all of a set must stand on the first page
    name: tuple[re.Pattern[str], ...]  # of the file or its folder


@dataclass(frozen=True, slots=True)
class Form:
    """A look that a first page has where enough of its marks are there."""

    id: str
    at_least: int
    marks: tuple[tuple[str, re.Pattern[str]], ...]  # head or any, pattern


@dataclass(frozen=True, slots=True)
class Belonging:
    """A kind of record that papers of these types belong to, where the words are in their titles or names."""

    kind: str
    types: frozenset[str]
    words: tuple[re.Pattern[str], ...]
    fields: Mapping[str, str]  # field of the record → what was recognised
    by: tuple[str, ...]  # fields whose words, where they stand in a paper, tell which record it belongs to

    @property
    def is_certain(self) -> bool:
        """Whether papers of these types belong there whatever they are about."""
        return not self.words and "line" not in self.fields


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that recognisers look for."""

    sure: float
    offices: re.Pattern[str]
    no_offices: tuple[str, ...]  # what begins so is none
    not_issued: tuple[re.Pattern[str], ...]  # what goes on so after an office in a title is not its own paper
    part_of_office: re.Pattern[str]  # words that many offices end with, and nothing else
    office_ahead: re.Pattern[str]  # an office of a place, whole, that a text begins with
    outlets: re.Pattern[str]
    systems: re.Pattern[str]
    endings: re.Pattern[str]
    urgent: tuple[str, ...]  # what stands before a head and is no part of it
    not_titles: tuple[re.Pattern[str], ...]
    covers: tuple[re.Pattern[str], ...]  # titles that only say what lies behind them
    attached: tuple[re.Pattern[str], ...]  # what stands above an attachment
    announced: tuple[re.Pattern[str], ...]  # what a paper says of its attachments
    appended: tuple[re.Pattern[str], ...]  # titles of what lies behind a paper without a word of it
    looks: frozenset[str]  # forms that no page of another form's paper has
    carrying: tuple[re.Pattern[str], ...]  # titles of papers behind which another lies, with its head, that is theirs
    issuing: tuple[re.Pattern[str], ...]  # titles of those behind which one without a head is theirs
    of_several: frozenset[str]  # types of files that are made of several papers
    headed_by_type: frozenset[str]  # types of papers that have a head and nobody to whom they go
    matters: tuple[str, ...]
    editions: tuple[re.Pattern[str], ...]  # which page of a newspaper it is
    figures: tuple[re.Pattern[str], ...]  # how many there are, as a system's page or a table says
    counted: frozenset[str]  # types of papers that have a figure
    sums: re.Pattern[str]  # heads a table's row of sums
    numbers: tuple[re.Pattern[str], ...]
    issues: tuple[re.Pattern[str], ...]
    masthead: re.Pattern[str]
    labels: Mapping[str, tuple[str, ...]]
    ahead: tuple[str, ...]  # endings of titles of papers that speak of what is to come
    not_dates: tuple[str, ...]
    people: tuple[re.Pattern[str], ...]
    signed_head: re.Pattern[str]  # heads the column in which people sign
    name_head: re.Pattern[str]  # heads the column with their names
    events: tuple[re.Pattern[str], ...]
    event_dates: tuple[re.Pattern[str], ...]
    honoured: tuple[re.Pattern[str], ...]
    types: tuple[TypeClue, ...]
    names: tuple[TypeClue, ...]
    forms: tuple[Form, ...]
    records: tuple[Belonging, ...]
    everywhere: tuple[str, ...]  # words of papers about anything: they tell no line from another
    passes: Mapping[str, frozenset[str]]  # type → what a paper of it is taken for as well
    levels: Mapping[str, tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]]  # of issuers, of outlets


@cache
def stock() -> Vocabulary:
    """Return the vocabulary of every pack."""
    return _vocabulary(resources.load_yaml(resources.schema(FILE)))


def with_added(added: Mapping[str, Any]) -> Vocabulary:
    """Return the stock's vocabulary with what a pack's file adds: lists go on, a pack's clues come before the stock's.

    Raises ValueError where the file says something that is not known, or a pattern is none.
    """
    if not added:
        return stock()
    both = dict(resources.load_yaml(resources.schema(FILE)))
    for key, value in added.items():
        if key not in both:
            raise ValueError(f"没有“{key}”这一项")
        if isinstance(both[key], dict):
            its = {name: [*value.get(name, ()), *both[key].get(name, ())] for name in {**both[key], **value}}
            both[key] = its
        else:
            both[key] = [*value, *both[key]] if isinstance(both[key], list) else value
    try:
        return _vocabulary(both)
    except (re.error, KeyError, TypeError) as error:
        raise ValueError(str(error)) from error


def _vocabulary(data: Mapping[str, Any]) -> Vocabulary:
    long = _any(word for word in data["offices"] if len(word) > 1)
    levels = {key: tuple((its["level"], _patterns(its["name"])) for its in data[key]) for key in _LEVELS}
    return Vocabulary(
        sure=float(data["sure"]),
        offices=re.compile(rf"[\u4e00-\u9fff（）()“”]{{2,40}}(?:{_any(data['offices'])})"),
        no_offices=tuple(data["no_offices"]),
        not_issued=_patterns(data["not_issued"]),
        part_of_office=re.compile(rf"(?:工作|管理)?(?:{long})+"),
        office_ahead=re.compile(
            rf"(?!全)[\u4e00-\u9fff]{{1,8}}?(?:[省州盟县区旗]|市(?!场))[\u4e00-\u9fff“”]{{0,20}}?(?:{long}|局|厅)+"
        ),
        outlets=_either(data["outlets"]),
        systems=_either(data["systems"]),
        endings=re.compile(rf"(?:{_any(data['endings'])})(?:[（(][^（）()]{{1,16}}[）)])?$"),
        urgent=tuple(data["urgent"]),
        not_titles=_patterns(data["not_titles"]),
        covers=_patterns(data["covers"]),
        attached=_patterns(data["attached"]),
        announced=_patterns(data["announced"]),
        appended=_patterns(data["appended"]),
        looks=frozenset(data["looks"]),
        issuing=_patterns(data["issuing"]),
        carrying=_patterns(data["carrying"]),
        of_several=frozenset(data["of_several"]),
        headed_by_type=frozenset(data["headed_by_type"]),
        matters=tuple(data["matters"]),
        editions=_patterns(data["editions"]),
        figures=_patterns(data["figures"]),
        counted=frozenset(data["counted"]),
        sums=_either(data["sums"]),
        numbers=_patterns(data["numbers"]),
        issues=_patterns(data["issues"]),
        masthead=re.compile(rf"(?:{_any(data['masthead'])})$"),
        labels={key: tuple(words) for key, words in data["labels"].items()},
        ahead=tuple(data["ahead"]),
        not_dates=tuple(data["not_dates"]),
        people=_patterns(data["people"]),
        signed_head=_either(data["signed_heads"]),
        name_head=_either(data["name_heads"]),
        events=_patterns(data["events"]),
        event_dates=_patterns(data["event_dates"]),
        honoured=_patterns(data["honoured"]),
        types=tuple(map(_clue, data["types"])),
        names=tuple(map(_clue, data["names"])),
        forms=tuple(map(_form, data["forms"])),
        records=tuple(map(_belonging, data["records"])),
        everywhere=tuple(data["everywhere"]),
        passes={type_: frozenset(others) for type_, others in data["passes"].items()},
        levels=levels,
    )


_LEVELS = ("issuer_levels", "outlet_levels")


def _clue(its: Mapping[str, Any]) -> TypeClue:
    looks: Callable[[str], tuple[re.Pattern[str], ...]] = lambda key: _patterns(its.get(key, ()))  # noqa: E731
    has = tuple(_patterns(words) for words in its.get("has", ()))
    return TypeClue(
        its["type"], looks("title"), looks("mast"), looks("issuer"), tuple(its.get("form", ())), has, looks("name")
    )


def _form(its: Mapping[str, Any]) -> Form:
    marks = tuple((where, re.compile(pattern)) for mark in its["marks"] for where, pattern in mark.items())
    return Form(its["form"], its["at_least"], marks)


def _belonging(its: Mapping[str, Any]) -> Belonging:
    words, fields, by = _patterns(its.get("words", ())), its.get("fields", {}), tuple(its.get("by", ()))
    return Belonging(its["kind"], frozenset(its["types"]), words, fields, by)


def _patterns(written: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, written))


def _either(written: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in written))


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
