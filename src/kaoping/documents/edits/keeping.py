"""Edits as files of the unit's: ``修改/<文稿>.yaml``, plain data; ``修改/底稿/`` holds what was generated.

A clerk may read the first and take an entry out, which undoes the edit. What was generated is kept once for each
wording, however often it was built: a draft may come back by mail long after the next one was made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from kaoping.core import file_names, fs, yamltree
from kaoping.core.errors import KaopingError, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.documents.edits._edit import Anchor, Cell, Edit, Kept, Place, Unit
from kaoping.documents.edits.phrases import Words, parsed, written

FOLDER = "修改"  # in a unit's folder
GENERATED = "底稿"  # below it
_TAKEN = "收过.json"  # the files that were taken in, by sha256
_MADE = "生成.json"  # the Word files that were made, by sha256, and of which wording
_HEAD = """\
# “{document}”里收进来的修改。删掉一条，这一处就撤销；也可以运行 kaoping edits 单位文件夹 --drop 编号。
# before 是程序原来写的，after 是改成的（空的是删去）。⟦2=78⟧ 是程序写的第2个数据，当时是78，以后随记录更新。
"""


def documents(folder: Path) -> list[str]:
    """Return the names of the documents that have edits, sorted."""
    return sorted(path.stem for path in (folder / FOLDER).glob("*.yaml"))


def edits_of(folder: Path, document: str) -> list[Edit]:
    """Return the edits of a document, in their order; raises KaopingError where their file can't be used."""
    path = _file(folder, document)
    if not path.exists():
        return []
    findings = Findings()
    name = f"{FOLDER}/{path.name}"
    node = yamltree.read(path, name, findings)
    if node is None or findings.errors:
        raise KaopingError(findings)
    if node.value is None:
        return []
    try:
        edits: dict[str, Edit] = {}
        for item in node.items():
            edit = _edit(item)
            if not edit.id or edit.id in edits:
                raise ExpectedError(item, f"编号“{edit.id}”是空的，或者写了两次")
            edits[edit.id] = edit
        return list(edits.values())
    except ExpectedError as error:
        findings.add("edits.file_unfit", error.node.at, name=name, why=error.what)
        raise KaopingError(findings) from None


def save(folder: Path, document: str, edits: Sequence[Edit]) -> None:
    """Write the edits of a document; without any its file goes. Raises KaopingError where that can't be."""
    path = _file(folder, document)
    try:
        if edits:
            _write(path, (_HEAD.format(document=document) + "".join(map(_entry, edits))).encode())
        elif path.exists():
            fs.unlink(path)
    except OSError as error:
        findings = Findings()
        name = f"{FOLDER}/{path.name}"
        findings.add("edits.not_written", Location(name), name=name, why=why_not_written(error))
        raise KaopingError(findings) from None


def next_id(folder: Path) -> Iterator[str]:
    """Yield ids that no edit of the unit has."""
    ids = [edit.id for document in documents(folder) for edit in edits_of(folder, document)]
    number = max((int(id_[1:]) for id_ in ids if id_[1:].isdigit()), default=0)
    while True:
        number += 1
        yield f"X{number:02}"


def keep(folder: Path, kept: Kept, sha256: str) -> None:
    """Keep what was generated, unless it is, and that the file of ``sha256`` was made of it; raises OSError."""
    path = folder / FOLDER / GENERATED / f"{file_names.portable(kept.document)}-{digest(kept)}.json"
    if path.exists():
        path.touch()  # the latest is what is compared with first
    else:
        _write(path, _json_bytes(kept))
    _note(folder, _MADE, {sha256: digest(kept)})


def digest(kept: Kept) -> str:
    """Return what tells this wording from others: a document made of it says so in its properties."""
    return hashlib.sha256(_json_bytes(kept)).hexdigest()[:12]


def _json_bytes(kept: Kept) -> bytes:
    return (json.dumps(as_json(kept), ensure_ascii=False, indent=0) + "\n").encode()


def kept_of(folder: Path) -> Iterator[Kept]:
    """Yield all that was kept, the latest first; what can't be read is passed over: a draft may match another one."""
    try:
        paths = [path for path in (folder / FOLDER / GENERATED).glob("*.json") if path.name not in (_TAKEN, _MADE)]
        paths.sort(key=lambda path: (-path.stat().st_mtime_ns, path.name))
    except OSError:
        return
    for path in paths:
        with suppress(OSError, ValueError, KeyError, TypeError):
            yield from_json(json.loads(fs.read(path)))


def taken(folder: Path) -> dict[str, str]:
    """Return what was taken in already: sha256 → the file's name."""
    return _noted(folder, _TAKEN)


def made(folder: Path) -> dict[str, str]:
    """Return which files were made of what: sha256 → :func:`digest`."""
    return _noted(folder, _MADE)


def _noted(folder: Path, name: str) -> dict[str, str]:
    try:
        noted = json.loads(fs.read(folder / FOLDER / GENERATED / name))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in noted.items()} if isinstance(noted, dict) else {}


def note_taken(folder: Path, digests: dict[str, str]) -> None:
    """Remember that files were taken in; raises OSError."""
    _note(folder, _TAKEN, digests)


def _note(folder: Path, name: str, digests: dict[str, str]) -> None:
    known = _noted(folder, name)
    if digests.keys() - known:
        text = json.dumps(known | digests, ensure_ascii=False, indent=0, sort_keys=True)
        _write(folder / FOLDER / GENERATED / name, (text + "\n").encode())


def _file(folder: Path, document: str) -> Path:
    return folder / FOLDER / f"{file_names.portable(document)}.yaml"


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.新")
    try:
        fs.mkdir(path.parent)
        fs.write_bytes(beside, data)
        fs.replace(beside, path)
    except OSError:
        with suppress(OSError):
            fs.unlink(beside)
        raise


# -- edits as YAML ----------------------------------------------------------------------------------------------------


def _entry(edit: Edit) -> str:
    rows = [f"id: {edit.id}", f"from: {yamltree.quoted(edit.source)}"]
    if edit.before:
        rows += _place(edit.place, "")
    if edit.cell is not None:
        rows += [f"{key}: {getattr(edit.cell, key)}" for key in ("table", "row", "column")]
        rows.append(f"beside: {yamltree.quoted(edit.cell.beside)}")
    if edit.follows is not None:
        rows.append(f"follows: {yamltree.quoted(written(edit.follows.words))}")
        rows += _place(edit.follows.place, "follows_")
    if edit.level:
        rows.append(f"level: {edit.level}")
    rows += [*_list("before", edit.before), *_list("after", edit.after)]
    return "- " + "\n  ".join(rows) + "\n"


def _place(place: Place, prefix: str) -> list[str]:
    rows = [f"{prefix}under: {yamltree.quoted(place.under)}"] if place.under else []
    return rows + ([f"{prefix}nth: {place.nth}"] if place.nth > 1 else [])


def _list(name: str, paragraphs: Iterable[Words]) -> list[str]:
    items = [f"- {yamltree.quoted(written(words))}" for words in paragraphs]
    return [f"{name}:", *items] if items else [f"{name}: []"]


def _edit(node: Node) -> Edit:
    fields = node.fields(
        "id before after", "from under nth table row column beside follows follows_under follows_nth level"
    )

    def whole(name: str, default: int) -> int:
        number = fields.number(name)
        if number is not None and (number.denominator != 1 or number < 0):
            raise ExpectedError(fields[name], "应为一个整数")
        return default if number is None else int(number)

    def place(prefix: str) -> Place:
        return Place(fields.text(f"{prefix}under"), whole(f"{prefix}nth", 1))

    before, after = (tuple(parsed(item.text()) for item in fields[key].each()) for key in ("before", "after"))
    count = sum(not isinstance(piece, str) for words in before for piece in words)
    for words in after:
        for piece in words:
            if not isinstance(piece, str) and not 0 < piece.number <= count:
                raise ExpectedError(fields["after"], f"before 里没有第{piece.number}个数据")
    follows = Anchor(parsed(fields.text("follows")), place("follows_")) if "follows" in fields else None
    cell = None
    if "table" in fields:
        cell = Cell(whole("table", 1), whole("row", 1), whole("column", 1), fields.text("beside"))
    if not before and follows is None:
        raise ExpectedError(node, "before 是空的，就要写 follows（插在哪一段后面）")
    return Edit(fields.text("id"), before, after, place(""), follows, whole("level", 0), cell, fields.text("from"))


# -- what was generated, as JSON --------------------------------------------------------------------------------------


def as_json(kept: Kept) -> dict[str, Any]:
    """Return what was generated as JSON values."""
    return {
        "document": kept.document,
        "units": list(map(_unit_as_json, kept.units)),
        "tables": [[list(map(_unit_as_json, row)) for row in table] for table in kept.tables],
        "margins": list(kept.margins),
        "extras": dict(kept.extras),
        "states": dict(kept.states),
    }


def _unit_as_json(unit: Unit) -> dict[str, Any]:
    entry: dict[str, Any] = {"generated": list(map(written, unit.generated))}
    if unit.shown != unit.generated:
        entry["shown"] = list(map(written, unit.shown))
    if any(unit.sources):
        entry["sources"] = unit.sources
    entry |= {"under": unit.place.under, "nth": unit.place.nth}
    entry |= {"edits": list(unit.edits)} if unit.edits else {}
    entry |= {"level": unit.level} if unit.level else {}
    entry |= {"fixed": True} if unit.fixed else {}
    if unit.follows is not None:
        place = unit.follows.place
        entry["follows"] = [written(unit.follows.words), place.under, place.nth]
    if unit.cell is not None:
        entry["cell"] = [unit.cell.table, unit.cell.row, unit.cell.column, unit.cell.beside]
    return entry


def from_json(entry: dict[str, Any]) -> Kept:
    """Undo :func:`as_json`; raises KeyError, TypeError or ValueError for what is none."""
    tables = [[[_unit_from_json(cell) for cell in row] for row in table] for table in entry["tables"]]
    units = [_unit_from_json(unit) for unit in entry["units"]]
    return Kept(entry["document"], units, tables, entry["margins"], entry["extras"], entry["states"])


def _unit_from_json(entry: dict[str, Any]) -> Unit:
    sources = entry.get("sources", [])
    generated, shown = (
        tuple(parsed(text, sources) for text in entry.get(key, entry["generated"])) for key in ("generated", "shown")
    )
    follows = None
    if "follows" in entry:
        words, under, nth = entry["follows"]
        follows = Anchor(parsed(words), Place(under, nth))
    cell = Cell(*entry["cell"]) if "cell" in entry else None
    place = Place(entry["under"], entry["nth"])
    ids, fixed = tuple(entry.get("edits", ())), entry.get("fixed", False)
    return Unit(generated, shown, place, ids, follows, entry.get("level", 0), cell, fixed)
