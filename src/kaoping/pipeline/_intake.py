"""From a unit's folder to a dossier: read the records, type them, look at the evidence, check each against the other.

Nothing stops at the first mistake: whatever can be read goes on, whatever can't gets a finding.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.core import engine, packs
from kaoping.core.engine import PageChange, Registered
from kaoping.core.errors import KaopingError, refused
from kaoping.core.findings import Findings
from kaoping.core.memory import Memory, below
from kaoping.core.model import Dossier, EvidenceFile, Location, Record, Table
from kaoping.core.packs import Pack
from kaoping.core.packs.vocabulary import unit_kind
from kaoping.core.page_ranges import page_numbers
from kaoping.core.schema import Kind, Vocabulary
from kaoping.evidence.pack_words import words_of
from kaoping.evidence.reading.ocr_engine import Engine
from kaoping.evidence.reading.ocr_engine import engine as engine_of_readings
from kaoping.evidence.store import Store
from kaoping.evidence.survey import Progress, Reading, Secret, Survey, survey
from kaoping.evidence.titles import title_of
from kaoping.evidence.words import Words
from kaoping.evidence.workers import Budget, awaited
from kaoping.pipeline._named_by_id import by_id
from kaoping.pipeline.books import Books
from kaoping.pipeline.following import follows_links
from kaoping.records import validate
from kaoping.records.layout import SUBORDINATES
from kaoping.records.named_files import names_of, resolved
from kaoping.records.readers import yaml_records
from kaoping.records.readers.raw import RawTable
from kaoping.records.readers.sources import (
    Opened,
    Sources,
    copies,
    find_pack,
    is_unit,
    named_pack,
    open_sources,
    read_sources,
    workbooks,
)
from kaoping.records.readers.uncollected import uncollected
from kaoping.records.rollup import Origins, RolledUp, Subordinate, rolled_up
from kaoping.records.rollup_rules import rules_of
from kaoping.rubric.layers import NOTICE
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric

if TYPE_CHECKING:
    from kaoping.evidence.workload import Workload


@dataclass(frozen=True, slots=True)
class Intake:
    """All that a unit's folder gave: the dossier, the rubric it is scored by, and what was found on the way."""

    dossier: Dossier
    rubric: Rubric
    findings: Findings
    raws: Mapping[str, RawTable] = field(default_factory=dict)  # the records as they are written, before they are typed
    sources: Sources = field(default_factory=Sources)  # all that was read of them
    origins: Origins = field(default_factory=dict)  # of the records that come from packages of subordinates


def take_in(
    folder: Path,
    store: Store,
    progress: Progress | None = None,
    memory: Memory | None = None,
    *,
    follow_links: bool = False,
    read_for: float = 0.0,
    unopened: Sequence[str] = (),
) -> Intake:
    """Read the unit's folder; verdicts on its evidence come from ``store``, ``progress`` is told how many were made.

    What ``memory`` knows of files that are the same is not read again. ``follow_links`` also follows the links among
    the evidence that lead out of it. Pages that are pictures are read for ``read_for`` seconds of a processor at most,
    where something is there to read them; what was read before is known. The files ``unopened``, by their keys, are
    taken for damaged: they took down who opened them.

    Raises KaopingError, with all findings, where it can't be scored at all: no records, no unit, a rubric that can't be
    used, or a file among the evidence that is a state secret.
    """
    findings = Findings()
    if not is_unit(folder):
        findings.add("unit.no_folder", Location(folder.name))
        raise KaopingError(findings)
    memory = memory or Memory()
    follow_links = follow_links or follows_links(folder, memory)
    opened = [*workbooks(folder), *copies(folder)]
    source = memory.recall("opened", opened, lambda fresh: open_sources(folder, fresh), findings)
    pack, is_named = _pack_of(source, findings, memory)
    words = _words_of(pack, findings)
    reader = engine_of_readings()
    scans = Reading(reader, Budget(read_for)) if reader is not None else None
    # The judges are other processes: while they look at the files, the records are read.
    with ThreadPoolExecutor(1) as aside:
        reading = aside.submit(_read, source, pack, findings, memory, with_rubric=is_named)
        surveyed = _survey_of(
            folder / validate.MATERIALS, store, progress, words, memory,
            follow_links=follow_links, reading=scans, unopened=unopened,
        )  # fmt: skip
        read = awaited(reading)
    names = names_of(surveyed.files, memory)
    read = replace(read, tables=resolved(read.tables, read.raws, names, findings, memory))
    changed = _changed(_files(read, surveyed, findings, memory), read, store, findings, memory, scans, progress)
    files, surveyed = changed.files, replace(surveyed, secret=[*surveyed.secret, *changed.secret])
    if surveyed.without_office:
        findings.add("evidence.no_office", Location(validate.MATERIALS), count=surveyed.without_office)
    if store.trouble is not None:
        address, why = store.trouble
        findings.add("evidence.no_depot", Location(validate.MATERIALS), address=address, why=why)
    _tell_unread(files.values(), reader, findings)
    if surveyed.links:
        code = "evidence.links_followed" if follow_links else "evidence.links_left"
        links = validate.quoted(surveyed.links)
        findings.add(code, Location(validate.MATERIALS), number=len(surveyed.links), links=links)
    for path, why in surveyed.not_entered.items():
        findings.add("evidence.not_entered", Location(f"{validate.MATERIALS}/{path}"), path=path, why=why)
    validate.check_evidence(read.tables, read.raws, files, read.pack.vocabulary, findings, memory, names.hint)
    if surveyed.secret:
        tellable = _without_names(findings, surveyed.secret)
        _tell_secrets(surveyed.secret, tellable)
        raise KaopingError(tellable.sorted())
    unit, rubric, year = read.unit, read.rubric, read.year
    if unit is None or rubric is None or year is None or not unit["name"] or not unit["level"]:
        raise KaopingError(findings.sorted())
    if year != rubric.year:
        at = read.raws["unit"].place(0, "year")
        # Whoever recorded nothing that the rubric counts is here for a document alone.
        code = "unit.other_year" if rubric.kinds() & read.tables.keys() else "unit.no_rubric_year"
        findings.add(code, at, year=year, rubric=rubric.title, wanted=rubric.year)
    dossier = Dossier(folder, unit, year, str(unit["level"]), read.tables, files, read.pack)
    return Intake(_withholding(dossier, memory), rubric, findings, read.raws, read.sources, read.origins)


def _files(read: _Read, surveyed: Survey, findings: Findings, memory: Memory) -> Mapping[str, EvidenceFile]:
    """The files with what the unit says of them; the same object where nothing of it has changed."""
    defaults = memory.steady("default types", _default_types(read.tables, read.pack.vocabulary), operator.eq)
    called = memory.steady("called", _called(read.tables, read.pack.vocabulary), operator.eq)

    def make(_: Findings) -> Mapping[str, EvidenceFile]:
        return _registered_files(read.tables, surveyed.files, read.pack.vocabulary, defaults, called)

    beside = (read.tables.get(engine.EVIDENCE), surveyed, read.pack, defaults, called)
    return memory.recall("files", (), make, findings, beside)


@dataclass(frozen=True, slots=True)
class _Changed:
    """The files as they stand in the bundle, and those that turned out to be marked as a state secret."""

    files: Mapping[str, EvidenceFile]
    secret: Sequence[Secret] = ()


def _changed(
    files: Mapping[str, EvidenceFile],
    read: _Read,
    store: Store,
    findings: Findings,
    memory: Memory,
    reading: Reading | None,
    progress: Progress | None,
) -> _Changed:
    """The files with what the unit did to their pages, with the words that were read on them, and in the unit's order.

    The same where nothing of it has changed.
    """
    tables = [read.tables.get(kind) for kind in (engine.PAGE_CHANGE, engine.PIECE_ORDER)]
    if not any(tables) and (reading is None or not any(file.scans for file in files.values())):
        return _Changed(files)

    def make(fresh: Findings) -> _Changed:
        from kaoping.evidence.page_changes import secret_of, with_changes

        words = _words_of(read.pack, fresh)
        changes = [replace(its, file=validate.nfc(its.file)) for its in engine.page_changes(read.tables)]
        shown, secret = files, list[Secret]()
        if changes := [*changes, *_set_upright(files, changes, read.rubric)]:
            shown, secret = with_changes(files, changes, store, words, fresh)
        if reading is not None:
            from kaoping.evidence.reading.searchable import with_changed_read, with_words

            its = with_changed_read(shown, store, reading, words, progress)
            secret += [secret_of(shown[path], level) for path, level in its.secret.items()]
            shown = its.files
            if not secret and _flag(read.rubric, "bundle.searchable", True):
                shown = with_words(shown, store, reading.engine, words)
        if changes and not secret:
            from kaoping.evidence.masked_elsewhere import tell_masked_elsewhere

            tell_masked_elsewhere(shown, words, fresh)
        return _Changed(_ranked(shown, read.tables, fresh), secret)

    more = memory.steady("read changed pages", _reading_state(store, reading), operator.eq)
    return memory.recall("changed files", (), make, findings, (files, *tables, store, read.pack, read.rubric, more))


def _reading_state(store: Store, reading: Reading | None) -> tuple[object, ...]:
    """Return what tells whether more may be known of pages than before: another process read, or there is time."""
    return store.read_last(), reading is None or reading.budget.left <= 0


def _flag(rubric: Rubric | None, path: str, default: bool) -> bool:
    """Return a yes or no of the notice."""
    stated = str(rubric.notice.get(path, "") or "").strip().lower() if rubric is not None else ""
    return stated in ("true", "是") if stated else default


def _set_upright(
    files: Mapping[str, EvidenceFile], changes: Sequence[PageChange], rubric: Rubric | None
) -> Iterator[PageChange]:
    """Yield the turns that set pages upright, where the notice wants that and nobody turned them."""
    if not _flag(rubric, "bundle.upright", False):
        return
    from kaoping.evidence.page_changes import seal_of

    turned = {
        (its.file, page) for its in changes for page in page_numbers(its.pages) or () if its.action == engine.TURN
    }
    for path, file in files.items():
        for page, degrees in file.askew:
            if (path, page) not in turned:
                yield PageChange(
                    "转正", path, str(page), engine.TURN, str(degrees), None, None, None, None, "", "", "",
                    seal_of(file), Location(NOTICE, "bundle.upright"),
                )  # fmt: skip


def _ranked(
    files: Mapping[str, EvidenceFile], tables: Mapping[str, Table], findings: Findings
) -> Mapping[str, EvidenceFile]:
    """Return the files with their places in the order that the unit wants; one that is named twice has the first."""
    ranks: dict[str, int] = {}
    holders: dict[str, str] = {}
    for its in engine.piece_orders(tables):
        for path in map(validate.nfc, its.files):
            if path not in files:
                findings.add("order.no_file", its.at, id=its.id, path=path)
            elif path in ranks:
                findings.add("order.twice", its.at, id=its.id, path=path, other=holders[path])
            else:
                ranks[path], holders[path] = len(ranks) + 1, its.id
    return {path: replace(file, rank=ranks[path]) if path in ranks else file for path, file in files.items()}


def _withholding(dossier: Dossier, memory: Memory) -> Dossier:
    """Return the dossier with those originals withheld that nobody could look through, and nobody accepted."""
    if not any(file.unexamined for file in dossier.evidence.values()):
        return dossier
    from kaoping.scoring.accept import of_file, standing

    recorded = engine.acceptances(dossier)

    def is_withheld(file: EvidenceFile) -> bool:
        return file.unexamined and standing(of_file("final.unexamined", file), recorded) is None

    files = {
        path: replace(file, withheld=True) if is_withheld(file) else file for path, file in dossier.evidence.items()
    }
    return replace(dossier, evidence=memory.steady("withheld", files, operator.eq))


def survey_of_share(folder: Path, store: Store, share: frozenset[str], seconds: float, *, follow_links: bool) -> Survey:
    """Look at the files ``share`` among the unit's evidence alone, as :func:`take_in` does at all of them.

    Scans are read for ``seconds`` of a processor at most. Raises KaopingError where nobody knows by which pack.
    """
    memory = Memory()
    pack, _ = _pack_of(open_sources(folder, Findings()), Findings(), memory)
    reader = engine_of_readings()
    return survey(
        folder / validate.MATERIALS,
        store,
        words=_words_of(pack, Findings()),
        follow_links=follow_links or follows_links(folder, memory),
        reading=Reading(reader, Budget(seconds)) if reader is not None else None,
        share=share,
    )


def workload_of(folder: Path, store: Store, *, follow_links: bool = False) -> Workload:
    """Return what is still to do about the unit's evidence; none of it is opened.

    Raises KaopingError where it is no unit, or nobody knows by which pack.
    """
    from kaoping.evidence.workload import workload  # with all that converts: nobody waits for it who asks for a score

    memory = Memory()
    pack, _ = _pack_of(open_sources(folder, Findings()), Findings(), memory)
    return workload(
        folder / validate.MATERIALS,
        store,
        _words_of(pack, Findings()),
        engine_of_readings(),
        follow_links=follow_links or follows_links(folder, memory),
    )


def dossier_under(folder: Path, pack: Pack) -> Dossier:
    """Read the unit's records alone as those of ``pack``, whichever it names. Raises KaopingError without its facts."""
    findings = Findings()
    read = _read(open_sources(folder, findings), pack, findings, Memory(), with_rubric=False)
    if read.unit is None or read.year is None:
        raise KaopingError(findings.sorted())
    return Dossier(folder, read.unit, read.year, str(read.unit["level"]), read.tables, {}, pack)


def without_evidence(folder: Path) -> Intake:
    """Read the unit's records alone, as if nothing lay in 材料/; raises KaopingError as :func:`take_in` does."""
    findings = Findings()
    source = open_sources(folder, findings)
    memory = Memory()
    pack, is_named = _pack_of(source, findings, memory)
    read = _read(source, pack, findings, memory, with_rubric=is_named)
    if read.unit is None or read.rubric is None or read.year is None:
        raise KaopingError(findings.sorted())
    dossier = Dossier(folder, read.unit, read.year, str(read.unit["level"]), read.tables, {}, read.pack)
    return Intake(dossier, read.rubric, findings, read.raws, origins=read.origins)


def as_written(folder: Path, memory: Memory) -> Books:
    """Read the records of a unit that can't be scored, for whoever mends them; what ``memory`` knows is not read again.

    Raises KaopingError where it is no unit, or nobody knows by which pack its records are to be read.
    """
    if not is_unit(folder):
        raise refused("unit.no_folder", Location(folder.name))
    findings = Findings()
    opened = [*workbooks(folder), *copies(folder)]
    source = memory.recall("opened", opened, lambda fresh: open_sources(folder, fresh), findings)
    pack, is_named = _pack_of(source, findings, memory)
    read = _read(source, pack, findings, memory, with_rubric=is_named)
    return Books(
        folder, read.pack, read.raws, read.tables, None, read.unit, read.year, findings.sorted(), read.rubric,
        read.sources, read.origins,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Read:
    """What the records say, checked against each other; None for what can't be told."""

    raws: Mapping[str, RawTable]
    tables: Mapping[str, Table]
    unit: Record | None
    year: int | None
    rubric: Rubric | None
    pack: Pack
    sources: Sources
    origins: Origins = field(default_factory=dict)


def _pack_of(source: Opened, findings: Findings, memory: Memory) -> tuple[Pack, bool]:
    """Return the unit's pack, and whether it is the one that the unit names.

    A unit that can't be scored still hears of the rest: where it names a pack that there is not and only one can be
    meant, its records are read by that. Raises KaopingError where nothing can be read.
    """
    named = memory.steady("named pack", named_pack(source), operator.eq)
    try:
        files = _naming(source)
        return memory.recall("pack", files, partial(find_pack, source.folder, named), findings, (named,)), True
    except KaopingError as error:
        findings.extend(error.findings)
        meant = {place.id for place in packs.known(source.folder)}
        if len(meant) > 1 or any(finding.code != "rubric.unknown" for finding in error.findings):
            raise KaopingError(findings.sorted()) from None
        return packs.find(meant.pop(), source.folder), False


def _words_of(pack: Pack, findings: Findings) -> Words:
    """Return what evidence is looked through for. Raises KaopingError where a word of the pack's would be missed."""
    try:
        return words_of(pack)
    except KaopingError as error:
        raise KaopingError(Findings([*findings, *error.findings]).sorted()) from None


def _survey_of(
    materials: Path,
    store: Store,
    progress: Progress | None,
    words: Words,
    memory: Memory,
    *,
    follow_links: bool,
    reading: Reading | None,
    unopened: Sequence[str],
) -> Survey:
    def make(_: Findings) -> Survey:
        return survey(materials, store, progress, words, follow_links=follow_links, reading=reading, unopened=unopened)

    # What another process has read meanwhile is known from then on; and who has time reads on.
    more = memory.steady("read pages", _reading_state(store, reading), operator.eq)
    beside = (store, words, follow_links, unopened, more)
    paths = below(materials, follow_links=follow_links)
    return memory.recall(validate.MATERIALS, paths, make, Findings(), beside)


def _tell_unread(files: Iterable[EvidenceFile], reader: Engine | None, findings: Findings) -> None:
    """Tell how many pages are pictures that nothing has read: what stands on them is unseen."""
    unread = [file for file in files if file.unread]
    if unread:
        code = "evidence.unread" if reader is not None else "evidence.unseen"
        pages = sum(len(file.unread) for file in unread)
        findings.add(code, Location(validate.MATERIALS), files=len(unread), pages=pages)


def _naming(source: Opened) -> list[Path | str]:
    """The files by which a unit's pack may become another: the unit's own facts and all packs' files."""
    return [source.folder / yaml_records.FOLDER / unit_kind().file, *below(*packs.roots(source.folder))]


@uncollected()
def _read(source: Opened, pack: Pack, findings: Findings, memory: Memory, *, with_rubric: bool) -> _Read:
    kinds = pack.kinds
    sources = read_sources(source, kinds, findings, memory, pack.year)
    rolled = _rolled_up(source.folder, pack, sources.tables, findings, memory)
    raws = rolled.tables
    tables = {name: _typed_table(raw, kinds[name], findings, memory) for name, raw in raws.items()}
    unit = _unit(source, tables, findings)
    stated = unit["year"] if unit is not None else None
    year = stated if isinstance(stated, int) else None
    if year is not None and unit is not None:
        span = memory.steady("span", validate.Span.of(unit.values, pack.vocabulary.unit, year), operator.eq)
        tables = validate.check_dates(tables, raws, kinds, span, findings, memory)
    if rolled.doubts:
        tables = {name: _doubted(table, rolled, memory) for name, table in tables.items()}
    tables = validate.check_references(tables, raws, kinds, findings, memory)
    rubric = _rubric(source, pack, sources, findings, memory) if with_rubric else None
    if rubric is not None:
        tables = {name: _by_id(table, rubric, memory) for name, table in tables.items()}
    return _Read(raws, tables, unit, year, rubric, pack, sources, rolled.origins)


def _rolled_up(folder: Path, pack: Pack, tables: dict[str, RawTable], findings: Findings, memory: Memory) -> RolledUp:
    """Return the records with those out of the packages of subordinates, where the unit has any in its folder."""
    packages = folder / SUBORDINATES
    if not packages.is_dir():
        return RolledUp(tables)
    from kaoping.pipeline._subordinates import subordinates

    rules = rules_of(pack)
    if rules is None:
        findings.add("rollup.no_rules", Location(SUBORDINATES), pack=pack.title)
        return RolledUp(tables)

    def open_packages(fresh: Findings) -> tuple[Subordinate, ...]:
        return subordinates(folder, pack, rules, fresh)

    def make(fresh: Findings) -> RolledUp:
        return rolled_up(tables, units, rules, fresh)

    units = memory.recall(SUBORDINATES, below(packages), open_packages, findings, (pack,))
    return memory.recall("rolled up", (), make, findings, (units, pack, *tables.values()))


def _doubted(table: Table, rolled: RolledUp, memory: Memory) -> Table:
    return memory.recall(f"doubted {table.kind}", (), lambda _: rolled.doubted(table), Findings(), (table, rolled))


def _by_id(table: Table, rubric: Rubric, memory: Memory) -> Table:
    return memory.recall(f"by id {table.kind}", (), lambda _: by_id(table, rubric), Findings(), (table, rubric))


def _tell_secrets(secrets: Sequence[Secret], findings: Findings) -> None:
    for secret in secrets:
        where = "/".join((validate.MATERIALS, *([secret.folder] if secret.folder != "." else [])))
        findings.add(
            "evidence.secret",
            Location(where),
            level=secret.level,
            where=where,
            what="一个文件里的文件" if secret.is_within else "一个文件",
            suffix=secret.suffix or "没有",
            size=f"{secret.size:,}",
            changed=f"{secret.changed:%Y-%m-%d %H:%M}",
        )


def _without_names(findings: Findings, secret: Sequence[Secret]) -> Findings:
    """Return the findings that don't name a secret file: its very title may tell what it is about."""
    names = {name for file in secret for name in file.names}

    def tells(text: str) -> bool:
        return any(name in text for name in names)

    return Findings(f for f in findings if not tells("\n".join((str(f.at), f.problem, f.effect, f.mend))))


def _unit(source: Opened, tables: Mapping[str, Table], findings: Findings) -> Record | None:
    table = tables.get("unit")
    if table is not None and len(table):
        return table.record(0)
    at = Location(source.name or f"{yaml_records.FOLDER}/{unit_kind().file}")
    if not any(finding.at.file == at.file for finding in findings.errors):
        findings.add("unit.missing", at)
    return None


def _typed_table(raw: RawTable, kind: Kind, findings: Findings, memory: Memory) -> Table:
    return memory.recall(
        f"typed {kind.name}", (), lambda fresh: validate.typed(raw, kind, fresh), findings, (raw, kind)
    )


def _rubric(source: Opened, pack: Pack, sources: Sources, findings: Findings, memory: Memory) -> Rubric | None:
    """Load the rubric of the unit's pack, the unit's notice laid over it."""
    notice = source.folder / NOTICE

    def make(fresh: Findings) -> Rubric | None:
        try:
            return load(pack, notice, sources.notice)
        except KaopingError as error:
            fresh.extend(error.findings)
            return None

    return memory.recall("rubric", [notice], make, findings, (pack, sources.notice))


_UNREGISTERED = Registered("", "", "", "", "", None, {})


def _registered_files(
    tables: Mapping[str, Table],
    surveyed: Mapping[str, EvidenceFile],
    vocabulary: Vocabulary,
    defaults: Mapping[str, str],
    called: Mapping[str, str],
) -> dict[str, EvidenceFile]:
    """Join what was found in each file with what the unit says about it (佐证材料登记).

    A file without a registered type takes the default of the first record that names it; what came in another file
    takes the type of that one.
    """
    registered = {validate.nfc(its.path): its for its in engine.registered(tables)}
    types = {t.title: t.id for t in vocabulary.evidence_types.values()}
    files: dict[str, EvidenceFile] = {}
    for path, file in surveyed.items():
        its = registered.get(path, _UNREGISTERED)
        stated = types.get(its.type, "")
        holder = files.get(file.within)
        type_ = stated or defaults.get(path, "") or (holder.type if holder is not None else "")
        kind = vocabulary.evidence_types.get(type_)
        files[path] = replace(
            file,
            type=type_,
            title=its.title or title_of(path, called.get(path) or called.get(file.within, ""), its.type, file.within),
            doc_no=its.doc_no,
            issuer=its.issuer,
            dated=its.dated,
            album=file.album or (kind is not None and kind.album),
            proves=kind is not None and kind.proves and all(its.stated.get(need) for need in kind.needs),
        )
    return files


def _default_types(tables: Mapping[str, Table], vocabulary: Vocabulary) -> dict[str, str]:
    defaults: dict[str, str] = {}
    for name, table in tables.items():
        type_ = vocabulary.kinds[name].evidence_type
        for cell in table.columns.get("evidence", ()):
            for path in cell if isinstance(cell, tuple) else ():
                if type_:
                    defaults.setdefault(path, type_)
    return defaults


def _called(tables: Mapping[str, Table], vocabulary: Vocabulary) -> dict[str, str]:
    """Return what the first record is called that names a file, by the file's path."""
    titles: dict[str, str] = {}
    for name, table in tables.items():
        kind = vocabulary.kinds[name]
        names = table.columns.get(kind.called, [kind.title] * len(table))
        for called, cell in zip(names, table.columns.get("evidence", ()), strict=False):
            for path in cell if isinstance(cell, tuple) else ():
                titles.setdefault(path, str(called or ""))
    return titles
