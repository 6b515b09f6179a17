"""Files of evidence as people name them in a record's cell: what they mean, where only one thing can be meant.

Windows knows no capitals in a name and does not show its ending; several files are joined by 、 or a comma; who has one
file of a name leaves out its folder, and who means all of a folder names that; full and half width, 《》 and spaces are
all alike to whoever types. A name that says just what a file is called stays what it is; one that may mean several
files means none of them, and they are named.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from pathlib import PurePosixPath

from kaoping.core.engine import EVIDENCE, PAGE_CHANGE, PIECE_ORDER
from kaoping.core.findings import Findings
from kaoping.core.memory import Memory
from kaoping.core.model import Location, Table, Value
from kaoping.records.readers.raw import RawTable
from kaoping.records.validate import MATERIALS, nfc

#: The fields of a kind that name files, where that is not ``evidence`` alone.
_NAMING = {EVIDENCE: ("evidence", "path"), PAGE_CHANGE: ("file",), PIECE_ORDER: ("files",)}
_JOINTS = re.compile(r"[、，,]|\s{2,}|\n")
#: What is written one way or another without a difference: 〔2017〕 and [2017], — and -.
_ALIKE = str.maketrans("〔〕[]【】{}「」『』—–‐‑―", "()()()()()()-----")
_SAYS_NOTHING = re.compile(r"[\s《》〈〉<>“”\"‘’']+")
_LIKENESS = 0.6  # from which a name may be a slip of another (difflib's ratio)
_LOOKED_FOR = 50  # names that are missing, and for which one that is like them is looked for: it takes long
_NAMED = 3  # files that are named where several may be meant, or a folder is


class NamedFiles:
    """The files that there are, by every name that means just one of them, and the folders that hold them."""

    def __init__(self, paths: Collection[str]) -> None:
        self.paths = frozenset(paths)
        self._looked_for: dict[str, str] = {}

    def meant(self, named: str) -> tuple[str, ...]:
        """Return the paths of the files that ``named``, a path as `nfc` gives it, means; () where that is not clear.

        A folder means all files that lie in it, those in its own folders too.
        """
        if named in self.paths:
            return (named,)
        meanings = self._meanings(named)
        if len(meanings) == 1:
            return meanings[0]
        parts = [] if meanings else _parts(named)
        by_part = [self.meant(part) for part in parts] if len(parts) > 1 else []
        return tuple(path for paths in by_part for path in paths) if all(by_part) else ()

    def hint(self, named: str) -> str:
        """Return in Chinese which files may have been meant by ``named``, that means none; "" where none is like it."""
        key = nfc(named)
        if not self._meanings(key) and len(parts := _parts(key)) > 1:
            key = next((part for part in parts if not self.meant(part)), key)
        if meanings := self._meanings(key):
            each = [f"“{paths[0]}”" if len(paths) == 1 else f"文件夹“{_folder(paths)}”" for paths in meanings]
            rest = "" if len(each) <= _NAMED else "等"
            return f"可以这样称呼的有{len(each)}个：{'、'.join(each[:_NAMED])}{rest}，写明是哪一个"
        if key not in self._looked_for and len(self._looked_for) < _LOOKED_FOR:
            self._looked_for[key] = self._most_alike(key)
        return self._looked_for.get(key, "")

    def _meanings(self, named: str) -> Sequence[tuple[str, ...]]:
        """What a name may mean, as it is written first: each a file by itself, or all files of a folder."""
        for names, key in (self._plain, named.casefold()), (self._loose, _loose(named)):
            for written in (key, _below_materials(key)):
                if meanings := names.get(written, ()) if written else ():
                    return meanings
        return ()

    def _most_alike(self, named: str) -> str:
        """The file whose name is most like ``named``, without folder and ending or with the folder; or two."""
        bare = PurePosixPath(named).with_suffix("") if PurePosixPath(named).name else PurePosixPath(named)
        for key in dict.fromkeys((_loose(str(bare)), _loose(bare.name))):
            alike = get_close_matches(key, self._stems, 2, _LIKENESS)
            if len(alike) > 1 and len({SequenceMatcher(None, name, key).ratio() for name in alike}) > 1:
                alike = alike[:1]
            if alike:
                return "最像的是" + "、".join(f"“{self._stems[name]}”" for name in alike)
        return ""

    @cached_property
    def _stems(self) -> Mapping[str, str]:
        """The files by their names without endings, alone and with their folders."""
        bare = {path: PurePosixPath(path).with_suffix("") for path in sorted(self.paths, reverse=True)}
        return {_loose(name): path for path, its in bare.items() for name in (its.name, str(its))}

    @cached_property
    def _plain(self) -> Mapping[str, Sequence[tuple[str, ...]]]:
        return self._named(str.casefold)

    @cached_property
    def _loose(self) -> Mapping[str, Sequence[tuple[str, ...]]]:
        return self._named(_loose)

    def _named(self, fold: Callable[[str], str]) -> Mapping[str, Sequence[tuple[str, ...]]]:
        names: defaultdict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
        folders: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self.paths):
            for name in _names(path):
                names[fold(name)][(path,)] = None
            for folder in self._folders(path):
                folders[folder].append(path)
        for folder, paths in folders.items():
            for name in _endings(folder):
                names[fold(name)][tuple(paths)] = None
        return {name: tuple(meanings) for name, meanings in names.items()}

    def _folders(self, path: str) -> Iterator[str]:
        """The folders that ``path`` lies in; what came in an archive lies in none."""
        above = [str(parent) for parent in PurePosixPath(path).parents][:-1]
        return iter(()) if self.paths.intersection(above) else iter(above)


def _names(path: str) -> list[str]:
    """The names of a file: its path and its name, each with its ending and without, and what lies between the two."""
    bare = str(PurePosixPath(path).with_suffix(""))
    return [*_endings(path), *(_endings(bare) if bare != path else ())]


def _endings(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[at:]) for at in range(len(parts))]


def _below_materials(key: str) -> str:
    """What follows 材料/ in a path that begins elsewhere (D:/考评/材料/通知.pdf); "" where it is not in one."""
    return f"/{key}".rpartition(f"/{MATERIALS}/")[2] if f"/{MATERIALS}/" in f"/{key}" else ""


def _loose(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold().translate(_ALIKE)
    return _SAYS_NOTHING.sub("", plain)


def _parts(named: str) -> list[str]:
    return [nfc(part.strip()) for part in _JOINTS.split(named) if part.strip()]


def _folder(paths: Sequence[str]) -> str:
    """The folder in which all of ``paths`` lie."""
    shared = [set(map(str, PurePosixPath(path).parents)) for path in paths]
    return max(set.intersection(*shared), key=len)


def names_of(paths: Collection[str], memory: Memory) -> NamedFiles:
    """Return the names of the files at ``paths``, those below 材料/; the same object while they stay the same."""
    known = memory.steady("files there are", frozenset(paths), operator.eq)
    return memory.recall("names of files", (), lambda _: NamedFiles(known), Findings(), (known,))


def resolved(
    tables: Mapping[str, Table],
    raws: Mapping[str, RawTable],
    files: NamedFiles,
    findings: Findings,
    memory: Memory | None = None,
) -> dict[str, Table]:
    """Return the tables with the files that their records name by their paths; each name that was put right is told.

    What means none of ``files``, or may mean several, stays as it is. What ``memory`` knows of tables and files that
    are the same is not looked at anew.
    """
    memory = memory or Memory()

    def put_right(name: str, table: Table) -> Table:
        def make(into: Findings) -> Table:
            return _resolved(table, raws[name], files, into)

        return memory.recall(f"resolved {name}", (), make, findings, (table, raws[name], files))

    return {name: put_right(name, table) for name, table in tables.items()}


def _resolved(table: Table, raw: RawTable, files: NamedFiles, findings: Findings) -> Table:
    changed = table
    for field in _NAMING.get(table.kind, ("evidence",)):
        column = table.columns.get(field, ())
        if not all(_is_there(cell, files) for cell in column):
            cells = [_cell(cell, raw.place(row, field), files, findings) for row, cell in enumerate(column)]
            changed = replace(changed, columns={**changed.columns, field: cells})
    return changed


def _is_there(cell: Value, files: NamedFiles) -> bool:
    return files.paths.issuperset(cell) if isinstance(cell, tuple) else not isinstance(cell, str) or cell in files.paths


def _cell(cell: Value, at: Location, files: NamedFiles, findings: Findings) -> Value:
    """The cell with paths for what it names; one that holds a single path keeps it where several files are meant."""
    if _is_there(cell, files) or not isinstance(cell, tuple | str):
        return cell
    paths: list[str] = []
    for named in (cell,) if isinstance(cell, str) else cell:
        key = nfc(named)
        meant = files.meant(key)
        if meant and meant != (key,) and (len(meant) == 1 or isinstance(cell, tuple)):
            findings.add("evidence.meant", at, path=named, meant=_listed(meant))
        paths += meant or (named,)
    if isinstance(cell, str):
        return paths[0] if len(paths) == 1 else cell
    return tuple(dict.fromkeys(paths))


def _listed(meant: Sequence[str]) -> str:
    """Files as a finding names them: some of many, and how many there are."""
    first = "、".join(f"“{path}”" for path in meant[:_NAMED])
    return first if len(meant) <= _NAMED else f"{first}等{len(meant)}个文件"
