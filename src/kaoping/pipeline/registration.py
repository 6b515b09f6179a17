"""What a unit says of its evidence, written down: titles, numbers, dates of files, and which record a file proves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kaoping.core.engine import EVIDENCE
from kaoping.core.errors import refused
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier
from kaoping.core.schema import CellError, Field, Kind, separated
from kaoping.records.entry import Change, Recorded, Register
from kaoping.records.readers.cells import Surroundings, reader
from kaoping.records.validate import nfc

#: The field in which a record of any kind names the files that prove it, and what stands between several.
_PROOF, _BETWEEN = "evidence", "；"


def registrable(dossier: Dossier) -> tuple[Field, ...]:
    """Return the fields that say something of a file of evidence: all but the file itself."""
    kind = dossier.pack.kinds[EVIDENCE]
    return tuple(its for its in kind.fields if its.name != kind.key)


def read_as(field: Field, text: str, year: int) -> tuple[str, str]:
    """Return what ``field`` takes ``text`` for, as people type it (3月5日), and what is wrong with it."""
    cell, _ = reader(field, Surroundings(all_text=True, year=year))(text.strip())
    written = "" if cell is None else str(cell)
    try:
        if field.parse(written) is None and field.required:
            return written, f"“{field.title}”要填"
    except CellError as error:
        return text, f"“{field.title}”{error}"
    return written, ""


def register_files(dossier: Dossier, files: Mapping[str, Mapping[str, str]]) -> list[Recorded]:
    """Have the unit say of ``files`` (path → field → text) what is given; "" empties a field.

    A file of which it said nothing yet gets a record. Raises KaopingError where a value is none that its field takes,
    a file is not there, or the place can't be written to.
    """
    register = _register(dossier, dossier.pack.kinds[EVIDENCE])
    records = {nfc(str(record["path"] or "")): record for record in dossier.tables.get(EVIDENCE) or ()}
    changes, new = [], []
    for path, values in files.items():
        if path not in dossier.evidence and path not in records:
            raise refused("evidence.registered_missing", register.at, path=path, why="材料文件夹里没有这个文件")
        register.refuse_unfit(values, Findings())
        if (record := records.get(path)) is not None:
            changes.append(Change(record.id, record.at, values))
        elif any(values.values()):
            new.append({register.kind.key: path, **values})
    done = [register.change(changes)] if changes else []
    return [*done, register.enter_all(set(records), new)] if new else done


def attach(dossier: Dossier, kind: str, record_id: str, paths: Sequence[str]) -> Recorded:
    """Have the record ``record_id`` of ``kind`` name the files ``paths`` as its evidence, after those that it names.

    Raises KaopingError where there is no such record or file, or its place can't be written to.
    """
    for path in paths or ("",):
        if path not in dossier.evidence:
            raise refused("upload.not_attached", name=path, why="材料文件夹里没有这个文件")
        if separated(path) != [path]:
            raise refused("upload.not_attached", name=path, why="它的名字里有分号，记录里写不下这样的名字；请先改名")
    return _prove(dossier, kind, record_id, lambda there: [*there, *(path for path in paths if path not in there)])


def detach(dossier: Dossier, kind: str, record_id: str, path: str) -> Recorded:
    """Have the record ``record_id`` of ``kind`` name ``path`` no more. Raises KaopingError as :func:`attach`."""
    return _prove(dossier, kind, record_id, lambda there: [its for its in there if its != path])


def _prove(dossier: Dossier, kind: str, record_id: str, become: Callable[[Sequence[str]], list[str]]) -> Recorded:
    its = dossier.pack.kinds.get(kind)
    record = next((record for record in dossier.tables.get(kind) or () if record.id == record_id), None)
    if its is None or its.field(_PROOF) is None or record is None:
        title = its.title if its is not None else kind
        raise refused("upload.not_attached", name=f"{title} {record_id}", why="没有这条记录，或它没有“佐证材料”栏")
    paths = become(record.evidence)
    return _register(dossier, its).change([Change(record.id, record.at, {_PROOF: _BETWEEN.join(paths)})])


def _register(dossier: Dossier, kind: Kind) -> Register:
    return Register(dossier.folder, dossier.pack.kinds, kind, "", "在“材料”页改回来", waits=True)
