"""The register of imported ledgers (外部台账/导入登记.yaml): which file holds what, and what its words mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from kaoping.core import yamltree
from kaoping.core.findings import Findings
from kaoping.core.schema import Kinds
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.records import layout

FILE = "导入登记.yaml"
_HEAD = """\
# 由 kaoping import 写：导入了哪些台账、每一栏对应哪个栏目、台账里的词是什么意思。
# 没有写文件名的，是以前的台账里这样对过的，再导入这种台账时照此办。
# 不用手改；改台账请改原件后重新导入，撤下一份请运行 kaoping import 文件名 --remove。
"""

#: Heading → field ("" for none), and field → the ledger's word → option.
Columns = Mapping[str, str]
Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Ledger:
    """One imported ledger."""

    file: str  # its name in 外部台账/; "" where only what was said of such ledgers is known
    kind: str
    columns: Columns = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    sheets: tuple[str, ...] = ()  # the sheets to be read; all that have the head where none is named


@dataclass(frozen=True, slots=True)
class Register:
    """All ledgers, in the order of their import, and what was said of a kind's columns and words so far.

    ``known`` is what was said of ledgers that are no longer here: withdrawn, or imported for another year.
    """

    ledgers: tuple[Ledger, ...] = ()
    known: tuple[Ledger, ...] = ()  # one of a kind, without a file

    def assigned(self, kind: str) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        """Return what was said when ledgers of ``kind`` were imported; what was said last holds."""
        columns: dict[str, str] = {}
        words: dict[str, dict[str, str]] = {}
        for ledger in (*self.known, *self.ledgers):
            if ledger.kind == kind:
                columns |= ledger.columns
                for name, meanings in ledger.words.items():
                    words.setdefault(name, {}).update(meanings)
        return columns, words

    def profiles(self) -> tuple[Ledger, ...]:
        """Return what was said of each kind's ledgers, without any of them."""
        kinds = dict.fromkeys(ledger.kind for ledger in (*self.known, *self.ledgers))
        return tuple(Ledger("", kind, *self.assigned(kind)) for kind in kinds)

    def without(self, name: str) -> Register:
        """Return the register without the ledgers of the file ``name``; what was said of them stays known."""
        kept = tuple(ledger for ledger in self.ledgers if ledger.file != name)
        return Register(kept, self.profiles()) if len(kept) < len(self.ledgers) else self


def path_of(folder: Path) -> Path:
    """Return where the register of the unit in ``folder`` stands."""
    return folder / layout.LEDGERS / FILE


def read(folder: Path, kinds: Kinds, findings: Findings) -> Register:
    """Read the register; none is an empty one, and an entry that can't be used gets a finding."""
    path = path_of(folder)
    if not path.is_file():
        return Register()
    node = yamltree.read(path, f"{layout.LEDGERS}/{FILE}", findings)
    ledgers: list[Ledger] = []
    if node is not None and node.value is not None:
        for item in node.each():
            try:
                ledgers.append(_ledger(item, kinds))
            except ExpectedError as error:
                findings.add("ledger.register", error.node.at, expected=error.what)
    return Register(tuple(its for its in ledgers if its.file), tuple(its for its in ledgers if not its.file))


def _ledger(node: Node, kinds: Kinds) -> Ledger:
    f = node.fields("kind", "file columns words sheets")
    kind = kinds.get(f.text("kind"))
    if kind is None:
        raise ExpectedError(f["kind"], f"没有“{f.text('kind')}”这种记录")
    columns = {heading: child.text() if child.value is not None else "" for heading, child in _entries(f, "columns")}
    unknown = [name for name in columns.values() if name and kind.field(name) is None]
    if unknown:
        raise ExpectedError(node, f"“{kind.title}”没有栏目“{unknown[0]}”")
    words = {name: {w: m.text() for w, m in child.mapping().items()} for name, child in _entries(f, "words")}
    sheets = tuple(item.text() for item in f["sheets"].each()) if "sheets" in f else ()
    return Ledger(f.text("file") if "file" in f else "", kind.name, columns, words, sheets)


def _entries(f: yamltree.Fields, name: str) -> list[tuple[str, Node]]:
    return list(f[name].mapping().items()) if name in f else []


def written(register: Register) -> bytes:
    """Return the register as its file."""
    entries = []
    for ledger in (*register.known, *register.ledgers):
        entry: dict[str, object] = {"file": ledger.file} if ledger.file else {}
        entry |= {"kind": ledger.kind, "columns": dict(ledger.columns)}
        entry |= {"words": {name: dict(meanings) for name, meanings in ledger.words.items()}} if ledger.words else {}
        entry |= {"sheets": list(ledger.sheets)} if ledger.sheets else {}
        entries.append(entry)
    text: str = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=10**6)
    return (_HEAD + text).encode()
