"""Counting per group: the least, mean or whole number of records a group has, and how many groups reach a sum."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import Key, Of, OneOf, Read, positive
from kaoping.core.figures import aside, number, quotient, span_text
from kaoping.core.model import Unreadable
from kaoping.rubric.rules._sums import NONE, summed
from kaoping.rubric.rules.evaluation import Context, Measured
from kaoping.rubric.rules.naming import names
from kaoping.rubric.rules.select import ZERO, absent, doubt, known, select, void
from kaoping.rubric.rules.where import ALL, Where, comparable, lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class PerGroup:
    """`per_group`: how many records each group has, and of these numbers the least, the mean or the sum.

    A group with no record counts as 0: a venue that nobody checked is what the clause is about. The records prove the
    number, not the groups.
    """

    groups: schema.Kind
    records: schema.Kind
    by: Annotated[schema.Field, Of("records")]
    take: Annotated[str, OneOf({"min": "最少的一家", "mean": "各家的平均", "sum": "合计"})]
    group_where: Annotated[Where, Of("groups")] = ALL
    where: Annotated[Where, Of("records")] = ALL
    label: str
    unit: str

    def evaluate(self, context: Context) -> Measured:
        """Return the least or mean number over the groups; VOID where there is no group."""
        groups, records = context.dossier.table(self.groups.name), context.dossier.table(self.records.name)
        if groups is None:
            return absent(self.groups, self.label)
        if records is None:
            return absent(self.records, self.label)
        in_scope = select(groups, self.group_where, replace(context, accepts=None))
        if not in_scope.sure:
            return void(f"{self.label}：没有可比的{self.groups.title}", in_scope.tally)
        chosen = select(records, self.where, context)
        column = records.columns.get(self.by.name, [None] * len(records))
        ids = [groups.ids[row] for row in in_scope.sure]
        open_ids = [groups.ids[row] for row in in_scope.maybe]
        sums = summed(column, chosen.sure, chosen.maybe)
        counts = {id_: int(sums.get(id_, NONE).low) for id_ in ids + open_ids}
        most = {id_: int(sums.get(id_, NONE).high) for id_ in ids + open_ids}
        lost = sum(sums[name].records for name in sums.keys() - set(groups.ids))
        take = _TAKE[self.take]
        low = take([counts[id_] for id_ in ids], [counts[id_] for id_ in open_ids], False)
        high = take([most[id_] for id_ in ids], [most[id_] for id_ in open_ids], True)
        if lost:  # they belong to some group, nobody knows to which
            more = {"mean": high + Fraction(lost, len(ids)), "sum": high + lost}
            high = more[self.take] if self.take in more else _raised(list(most.values()), lost)
        few = min(counts[id_] for id_ in ids)
        called = names(groups, context)
        fewest = "、".join([called[row] for row in in_scope.sure if counts[groups.ids[row]] == few][:3])
        total = sum(counts[id_] for id_ in ids)
        detail = f"，最少的是{fewest}" if self.take == "min" else f"，共{total}次"
        write = partial(quotient, edges=context.edges) if self.take == "mean" else number
        if lost:
            detail += f"；{lost}条的{self.by.title}对不上{self.groups.title}，不知道该算给哪一家"
        about = aside(f"{self.groups.title}{len(ids)}家{detail}")
        text = f"{self.label}{span_text(low, high, write)}{self.unit}{about}{in_scope.doubts + chosen.doubts}"
        tallies = (replace(in_scope.tally, proving=False), chosen.tally)
        return known(low, high, text, self.label, *tallies, whole=self.take != "mean", write=write)


def _least(sure: list[int], open_: list[int], most: bool) -> Fraction:
    """The least number; groups that may not count at all can only lower it."""
    return Fraction(min(sure if most else sure + open_))


def _raised(counts: list[int], more: int) -> Fraction:
    """The highest that the least of ``counts`` can become when ``more`` is spread over them."""
    ordered = sorted(counts)
    for raised, level in enumerate(ordered, 1):
        above = ordered[raised] if raised < len(ordered) else None
        room = more if above is None else min(more, (above - level) * raised)
        if above is None or room < (above - level) * raised:
            return Fraction(level + room // raised)
        more -= room
    return Fraction(ordered[0])


def _mean(sure: list[int], open_: list[int], most: bool) -> Fraction:
    """The mean, with those of the doubtful groups that make it the highest (or lowest) it can be."""
    total, groups = sum(sure), len(sure)
    for count in sorted(open_, reverse=most):
        if (count * groups > total) if most else (count * groups < total):
            total, groups = total + count, groups + 1
    return Fraction(total, groups)


def _sum(sure: list[int], open_: list[int], most: bool) -> Fraction:
    """The sum; groups that may not count at all can only add to it."""
    return Fraction(sum(sure + open_ if most else sure))


_TAKE = {"min": _least, "mean": _mean, "sum": _sum}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsMeeting:
    """`groups_meeting`: for how many groups the sum of a field reaches a number (每有一地区符合条件的…)."""

    kind: Annotated[schema.Kind, Key("of")]
    by: schema.Field
    field: schema.Field
    at_least: Annotated[Fraction, Read(positive)]
    where: Where = ALL
    label: str
    unit: str

    def evaluate(self, context: Context) -> Measured:
        """Return the number of groups that reach it; rows in doubt, or without number or group, may add to it."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            return absent(self.kind, self.label)
        chosen = select(table, self.where, context)
        groups, numbers = table.columns[self.by.name], table.columns[self.field.name]
        doubts = chosen.doubts
        for row in chosen.sure:
            if isinstance(groups[row], Unreadable | None):
                doubts += doubt(names(table, context)[row], lacking(self.by, groups[row]))
            elif comparable(numbers[row]) is None:
                doubts += doubt(names(table, context)[row], lacking(self.field, numbers[row]))
        sums = summed(groups, chosen.sure, chosen.maybe, numbers)
        unnamed = sums.pop(None, NONE)
        meeting = [str(group) for group, part in sums.items() if part.low >= self.at_least]
        most = [part.most(self.at_least) for part in sums.values()]
        reach = sum(number >= self.at_least for number in most)
        # A row without its group may be what another group lacks: one more group each, as far as the numbers go.
        loose = unnamed.most(self.at_least) + sum((number for number in most if number < self.at_least), ZERO)
        reach += min(unnamed.records, int(loose / self.at_least))
        text = f"{self.label}{span_text(Fraction(len(meeting)), Fraction(reach))}{self.unit}"
        text += (aside("、".join(meeting)) if meeting else "") + str(doubts)
        return known(Fraction(len(meeting)), Fraction(reach), text, self.label, chosen.tally, whole=True)
