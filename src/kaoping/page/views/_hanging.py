"""挂材料: which record a file may be hung on, as people call it, and of which kind the file is then.

Nothing is taken for granted that nobody saw: what a kind of record usually has is proposed, and the clerk says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from kaoping import api
from kaoping.page._record_table import is_ledger

_RECORDS = 3000  # that a list offers


@dataclass(frozen=True, slots=True)
class Bearer:
    """A record that a file may be hung on."""

    value: str  # kind/id
    words: str
    usual: str = ""  # the title of the evidence type that its kind usually has; "" where there is none
    of: str = ""  # the title of its kind
    is_used: bool = True  # by the line that it is offered at


@dataclass(frozen=True)
class Bearers:
    """All records of a unit that may name files, kind by kind, with the lines that look at them."""

    assessment: api.Assessment

    @cached_property
    def shown(self) -> Sequence[Bearer]:
        """Those that a list offers: none of an imported ledger, which is as its system exported it."""
        return list(islice(self._each(lambda file: not is_ledger(file)), _RECORDS))

    @cached_property
    def types(self) -> Sequence[str]:
        """The titles of the types that a file may be registered as."""
        return types(self.assessment)

    @cached_property
    def _all(self) -> Mapping[str, Bearer]:
        return {its.value: its for its in self._each(lambda _: True)}

    def meant(self, text: str) -> Bearer | None:
        """Return the record that ``text`` means: kind/id, as the list calls it, or words that only one has."""
        if text in self._all:
            return self._all[text]
        words = " ".join(text.split()).casefold()
        listed = [(" ".join(its.words.split()).casefold(), its) for its in self._all.values()]
        alike = [its for called, its in listed if called == words]
        alike = alike or [its for its in self._all.values() if its.value.partition("/")[2].casefold() == words]
        alike = alike or [its for called, its in listed if words and words in called]
        return alike[0] if len(alike) == 1 else None

    def _each(self, is_wanted: Callable[[str], bool]) -> Iterator[Bearer]:
        """Yield the records of the files that are wanted."""
        lines: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for score in self.assessment.card.lines:
            for use in score.uses:
                lines[use.kind, use.id][score.line] = None
        for name, kind in self.assessment.rubric.pack.kinds.items():
            table = self.assessment.dossier.table(name)
            if table is None or kind.field("evidence") is None:
                continue
            names = table.columns.get(kind.called) or [""] * len(table)
            usual = usual_type(self.assessment, name)
            for file, rows in api.Written(self.assessment.books, kind).blocks:
                for row in rows if is_wanted(file) else ():
                    id_ = table.ids[row]
                    of = lines.get((name, id_), {})
                    looked_at = f"（第{'、'.join(of)}项）" if of else ""
                    words = f"{kind.title} {id_}　{names[row] or ''}".rstrip("　") + looked_at
                    yield Bearer(f"{name}/{id_}", words, usual, kind.title)


def types(assessment: api.Assessment) -> list[str]:
    """Return the titles of the types that a file may be registered as."""
    return [option for field in api.registrable(assessment.dossier) if field.name == "type" for option in field.options]


def usual_type(assessment: api.Assessment, kind: str) -> str:
    """Return the title of the type that files of a kind of record usually have; "" where there is none."""
    pack = assessment.rubric.pack
    its = pack.evidence_types.get(pack.kinds[kind].evidence_type)
    return its.title if its is not None else ""


def wrong_with(all_: Bearers, record: str, type_: str) -> dict[str, str]:
    """Return what is wrong with which field of a form that hangs files on a record."""
    wrong: dict[str, str] = {}
    if not record:
        wrong["record"] = "没有写挂到哪条记录。打几个字，从列出来的里面选。"
    elif all_.meant(record) is None:
        wrong["record"] = f"“{record}”看不出是哪条记录：没有这样的，或者不止一条。打几个字，从列出来的里面选一条。"
    if type_ and type_ not in all_.types:
        wrong["type"] = f"没有“{type_}”这种材料。"
    return wrong


def hang(assessment: api.Assessment, record: str, paths: Sequence[str], type_: str) -> Any:
    """Have the record (kind/id) name files, and register those that have no type yet as ``type_``, if it says one.

    Raises KaopingError where that can't be.
    """
    kind, _, id_ = record.partition("/")
    done = api.attach(assessment.dossier, kind, id_, paths)
    held = api.holdings(assessment).files
    unsaid = [path for path in paths if path in held and not held[path].stated("type")]
    if type_ and unsaid:
        api.register_files(assessment.dossier, {path: {"type": type_} for path in unsaid})
    return done
