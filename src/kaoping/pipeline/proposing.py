"""What the program reads off files of evidence, proposed (登记建议), and what the clerk takes of it, registered.

A proposal is a record like others, so that a clerk takes, corrects or refuses it where the unit keeps its records; no
rule counts it. What was taken is written as a form would write it: the file's registration, and the record that names
it. A correction is remembered for files that are alike: those with the same head, or of the same form and folder.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from kaoping.core import engine
from kaoping.core.engine import CORRECTED, EVIDENCE, PROPOSAL, REFUSED, TAKEN, Proposal
from kaoping.core.errors import KaopingError, refused
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, EvidenceFile, Record
from kaoping.core.packs import Pack
from kaoping.core.packs.description import tell
from kaoping.core.schema import CellError, Kind
from kaoping.core.yamltree import ExpectedError
from kaoping.evidence.recognition.paper_files import paper_files
from kaoping.evidence.recognition.paper_reading import Paper
from kaoping.evidence.recognition.paper_words import FILE, Belonging, Vocabulary, stock, with_added
from kaoping.evidence.store import Store
from kaoping.pipeline._proving_lines import ProvingLines, Ranked
from kaoping.pipeline.assessment import Assessment
from kaoping.pipeline.registration import register_files
from kaoping.records.entry import Change, Recorded, Register
from kaoping.records.typed_in import next_ids
from kaoping.records.validate import nfc

#: The fields that are read off a paper and registered as they are.
READ = ("type", "title", "doc_no", "issuer", "date")
#: Those that are alike on alike papers: a correction of one is remembered.
_REMEMBERED = ("type", "issuer")
_NEW, _COLON = "新记 ", "："
_BETWEEN = "；"
_LIKE = 0.72  # from which two names are of one thing (difflib's ratio)
_DAY = 0.2  # that the same day adds
_AHEAD = 0.1  # by which the best must lead


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of a look at the files: the proposals as they stand now, and how many are new or were renewed."""

    new: int
    renewed: int
    withdrawn: int  # of files that are gone, or were registered by other means
    is_beside: bool  # whether they stand beside a workbook, which has no sheet for them
    done: tuple[Recorded, ...] = ()

    @property
    def findings(self) -> Findings:
        """What the clerk should know of the writing."""
        findings = Findings()
        for its in self.done:
            findings.extend(its.findings)
        return findings


@dataclass(frozen=True, slots=True)
class Taken:
    """What was registered of the proposals: the files, and the records that were made or now name a file."""

    files: tuple[str, ...] = ()
    made: tuple[tuple[str, str, tuple[str, ...]], ...] = ()  # kind's title, id, titles of required fields left empty
    attached: tuple[tuple[str, str], ...] = ()  # kind's title, id
    refused: tuple[tuple[str, str], ...] = ()  # path, why
    findings: Findings = field(default_factory=Findings)


def words_of_papers(pack: Pack) -> Vocabulary:
    """Return the words by which papers are recognised with ``pack``; raises KaopingError where it adds wrong ones."""
    return pack.part("words of papers", _words_of_papers)


def _words_of_papers(pack: Pack) -> Vocabulary:
    findings = Findings()
    words = stock()
    added: dict[str, object] = {}
    for layer in pack.layers:
        node = layer.read(FILE, findings)
        if node is not None:
            try:
                added = _laid_over(added, {name: its.plain() for name, its in node.mapping().items()})
                words = with_added(added)
            except ExpectedError as error:
                tell(error, findings)
            except ValueError as error:
                tell(ExpectedError(node, f"要能认材料的词：{error}"), findings)
    if findings.errors:
        raise KaopingError(findings.sorted())
    return words


def _laid_over(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    both = dict(below)
    for key, value in above.items():
        before = both.get(key)
        both[key] = [*value, *before] if isinstance(value, list) and isinstance(before, list) else value
    return both


def propose(assessment: Assessment, store: Store, *, every: bool = False) -> Proposed:
    """Propose of each file that no record knows what it is, and write that down; what the clerk wrote there stays.

    With ``every`` those too that a record names and nobody registered. Raises KaopingError where nothing can be
    written.
    """
    dossier = assessment.dossier
    there = {nfc(its.path): its for its in engine.proposals(dossier.tables)}
    asked = [file for file in _unknown(dossier, every=every) if not _is_answered(there.get(file.path))]
    rows = _rows(assessment, store, asked, there.values())
    register = _register(dossier)
    filled = assessment.sources.filled
    has_sheet = filled is not None and bool(filled.sheets.get(PROPOSAL))
    # A workbook that was given the sheet since takes in what waited for it.
    waited = {path for path, its in there.items() if has_sheet and its.at.file == register.at.file}
    done = [register.enter_all(set(), [_texts(there[path]) for path in waited])] if waited else []
    done += [register.take_out([(there[path].path, there[path].at) for path in waited])] if waited else []
    new = [row for path, row in rows.items() if path not in there]
    changes = [
        Change(there[path].path, there[path].at, row)
        for path, row in rows.items()
        if path in there.keys() - waited and any(_text(there[path], name) != text for name, text in row.items())
    ]
    gone = [
        (its.path, its.at)
        for path, its in there.items()
        if not its.take and not its.done and path not in rows and path not in waited
    ]
    done += [register.change(changes)] if changes else []
    done += [register.take_out(gone)] if gone else []
    done += [register.enter_all({its.path for its in there.values()}, new)] if new else []
    return Proposed(len(new), len(changes), len(gone), filled is not None and not has_sheet, tuple(done))


def answer(assessment: Assessment, answers: Mapping[str, Mapping[str, str]]) -> Recorded | None:
    """Write down what was answered to proposals: path → field → text, ``take`` among them. Registers nothing yet."""
    register = _register(assessment.dossier)
    there = {nfc(its.path): its for its in engine.proposals(assessment.dossier.tables)}
    changes = []
    for path, values in answers.items():
        if path not in there:
            raise refused("evidence.registered_missing", register.at, path=path, why="没有它的登记建议")
        register.refuse_unfit(values, Findings())
        if any(_text(there[path], name) != text for name, text in values.items()):
            changes.append(Change(there[path].path, there[path].at, values))
    return register.change(changes) if changes else None


def take(assessment: Assessment, store: Store) -> Taken:
    """Register what was taken or corrected of the proposals, and mark it as done; what can't be is told, and stays.

    The file is registered, and named by the record that it belongs to, or by a new one.
    """
    dossier = assessment.dossier
    asked = [its for its in engine.proposals(dossier.tables) if its.take in (TAKEN, CORRECTED) and its.done != TAKEN]
    fit, left = _fit(dossier, asked)
    if not fit:
        return Taken(refused=tuple(left))
    findings = Findings()
    work = _Taking(assessment, store, fit)
    made, attached = work.write_records(findings)
    for its in register_files(dossier, {path: _registered(row) for path, row in fit.items()}):
        findings.extend(its.findings)
    _register(dossier).change([Change(row.path, row.at, {"done": TAKEN}) for row in fit.values()])
    return Taken(tuple(fit), tuple(made), tuple(attached), tuple(left), findings)


# -- which files, and what is proposed of each ----------------------------------------


def _unknown(dossier: Dossier, *, every: bool) -> Iterator[EvidenceFile]:
    registered = {nfc(its.path) for its in engine.registered(dossier.tables)}
    named = {path for table in dossier.tables.values() for record in table for path in record.evidence}
    for path, file in dossier.evidence.items():
        if path not in registered and not file.within and (every or path not in named):
            yield file


def _is_answered(its: Proposal | None) -> bool:
    return its is not None and bool(its.take or its.done)


def _rows(
    assessment: Assessment, store: Store, files: Sequence[EvidenceFile], there: Iterable[Proposal]
) -> dict[str, dict[str, str]]:
    words = words_of_papers(assessment.dossier.pack)
    unit = str(assessment.dossier.unit["name"] or "")
    by_matter = {type_ for its in words.records if not its.is_certain for type_ in its.types}
    lines = ProvingLines(assessment.rubric, assessment.dossier.level, words.passes, words.everywhere, unit, by_matter)
    memory = _Memory.of(there)
    records = _Records(assessment.dossier, words)
    with paper_files(store, words) as reading:
        return {file.path: _row(file, reading.read(file), records, lines, memory) for file in files}


def _row(file: EvidenceFile, paper: Paper, records: _Records, lines: ProvingLines, memory: _Memory) -> dict[str, str]:
    look = _look(paper, file.path)
    titles = records.type_titles
    read = {name: paper.says(name) for name in READ} | {"type": titles.get(paper.type, "")}
    values = {name: memory.corrected(name, text, look) for name, text in read.items()}
    type_ = next((id_ for id_, title in titles.items() if title == values["type"]), "")
    known = replace(paper, type=type_)
    belonging = records.belonging(known, file.path)
    ranked = lines.ranked(known, file.path, {its.kind: its.is_certain for its in belonging})
    return {
        "path": file.path,
        **values,
        "belongs": records.naming(file.path) or records.record_of(known, file.path, belonging, ranked, lines),
        "lines": _BETWEEN.join(ranked.lines),
        "words": _words(paper, values, read),
        "read": json.dumps(read | _people(paper), ensure_ascii=False),
        "look": look,
    }


def _words(paper: Paper, values: Mapping[str, str], read: Mapping[str, str]) -> str:
    """From which words each field was read, for whoever checks it."""
    titles = {"title": "题名", "doc_no": "文号", "issuer": "责任者", "date": "日期", "system": "系统", "people": "人数"}
    each = [f"{title}：{its.words}" for name, title in titles.items() if (its := paper.fields.get(name)) is not None]
    for name, title in (("edition", "版次"), ("figure", "数字")):  # no field takes them: a reader of the proposal does
        each += [f"{title}：{its.value}"] if (its := paper.fields.get(name)) is not None else []
    if paper.type:
        each.insert(0, f"材料类型：{paper.type_words}")
    if paper.further is not None:
        called = f"《{paper.further.title}》" if paper.further.title else f"（“{paper.further.words}”）"
        each.insert(0, f"第{paper.further.page}页起像是另一份材料{called}，各栏只是它前面那一份的")
    if learnt := [titles.get(name, "材料类型") for name, text in values.items() if text != read[name]]:
        each.append(f"照您以前的更正：{'、'.join(learnt)}")
    return _BETWEEN.join(each)


def _people(paper: Paper) -> dict[str, str]:
    """How many were there, as the paper says: it is compared with the record once the clerk took the proposal."""
    return {"people": paper.says("people")} if paper.says("people") else {}


def _look(paper: Paper, path: str) -> str:
    """By what alike papers are known: the head that they have, or else their form and folder."""
    return paper.mark or f"{paper.form or '—'} {PurePosixPath(path).parent.as_posix()}"


def _text(its: Proposal, name: str) -> str:
    value = getattr(its, name)
    return _BETWEEN.join(value) if isinstance(value, tuple) else str(value)


def _texts(its: Proposal) -> dict[str, str]:
    return {each.name: _text(its, each.name) for each in fields(its) if each.name != "at"}


@dataclass(frozen=True, slots=True)
class _Memory:
    """What was corrected on papers that were registered: field, proposed text, look → what it became, each way."""

    became: Mapping[tuple[str, str, str], frozenset[str]]

    @classmethod
    def of(cls, proposals: Iterable[Proposal]) -> _Memory:
        became: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        for its in proposals:
            if its.take in (TAKEN, CORRECTED) and its.read:
                try:
                    read = json.loads(its.read)
                except ValueError:
                    continue
                for name in _REMEMBERED:
                    became[name, str(read.get(name, "")), its.look].add(_text(its, name))
        return cls({key: frozenset(values) for key, values in became.items()})

    def corrected(self, name: str, text: str, look: str) -> str:
        """Return what ``text`` became each time on papers with this look; itself where people did not agree."""
        became = self.became.get((name, text, look), frozenset()) if name in _REMEMBERED else frozenset()
        return next(iter(became)) if len(became) == 1 else text


# -- the record that a paper belongs to ----------------------------------------


class _Records:
    """The unit's records, as papers are compared with them."""

    def __init__(self, dossier: Dossier, words: Vocabulary) -> None:
        self.dossier = dossier
        self.words = words
        self.type_titles = {id_: its.title for id_, its in dossier.pack.evidence_types.items()}

        self._named = {
            path: f"{dossier.pack.kinds[name].title} {record.id}"
            for name, table in dossier.tables.items()
            if name != EVIDENCE
            for record in table
            for path in record.evidence
        }

    def naming(self, path: str) -> str:
        """The record that names the file already; "" for none."""
        return self._named.get(path, "")

    def belonging(self, paper: Paper, path: str) -> list[Belonging]:
        """The kinds of records that such a paper may belong to, in the order of the data."""
        text = f"{paper.says('title')} {path}"
        return [
            its
            for its in self.words.records
            if its.kind in self.dossier.pack.kinds
            and paper.type in its.types
            and (not its.words or any(word.search(text) for word in its.words))
        ]

    def record_of(
        self, paper: Paper, path: str, belonging: Sequence[Belonging], ranked: Ranked, lines: ProvingLines
    ) -> str:
        """The record that the paper belongs to, or would make, as a clerk reads it; "" where nobody can be sure."""
        best: list[tuple[float, Kind, Record]] = []
        for its in belonging:
            kind = self.dossier.pack.kinds[its.kind]
            best += [(score, kind, record) for score, record in self._alike(paper, path, its, kind)]
        best.sort(key=lambda its: -its[0])
        if best and (len(best) == 1 or best[0][0] - best[1][0] > _AHEAD):
            return f"{best[0][1].title} {best[0][2].id}"
        if best:
            return ""
        for its in belonging:
            kind = self.dossier.pack.kinds[its.kind]
            name = paper.says("event") if "event" in its.fields.values() else paper.says("title")
            by_line = "line" not in its.fields.values() or (
                ranked.is_clear and lines.is_fed_by(ranked.lines[0], its.kind)
            )
            if its.fields and name and by_line:
                return f"{_NEW}{kind.title}{_COLON}{name}"
        return ""

    def _alike(self, paper: Paper, path: str, its: Belonging, kind: Kind) -> Iterator[tuple[float, Record]]:
        names = [text for text in (paper.says("event"), paper.says("title"), PurePosixPath(path).stem) if text]
        day = paper.says("event_date") or paper.says("date")
        for record in self.dossier.tables.get(its.kind) or ():
            called = str(record[kind.called] or "")
            if its.by:
                telling = [str(record[name]) for name in its.by if record[name]]
                if any(len(text) >= 4 and text in f"{paper.text} {path}".replace("\n", "") for text in telling):
                    yield 1.0, record
                continue
            like = max((_likeness(called, name) for name in names), default=0.0) if called else 0.0
            days = {value.isoformat() for value in record.values.values() if isinstance(value, date)}
            if days and paper.says("event_date") and paper.says("event_date") not in days:
                continue  # the same thing does not happen on another day
            same_day = day in days
            if like >= _LIKE or (same_day and (like >= _LIKE / 2 or not paper.text)):
                yield like + _DAY * same_day, record


def _likeness(this: str, that: str) -> float:
    short, long_ = sorted((this, that), key=len)
    if len(short) >= 4 and short in long_:
        return 0.75 + 0.25 * len(short) / len(long_)
    return SequenceMatcher(None, this, that).ratio()


# -- what was taken ----------------------------------------


def _register(dossier: Dossier) -> Register:
    kind = dossier.pack.kinds[PROPOSAL]
    return Register(dossier.folder, dossier.pack.kinds, kind, "", "在“登记建议”里把“采用”改成否")


def _registered(row: Proposal) -> dict[str, str]:
    return {name: _text(row, name) for name in READ}


def unfit(dossier: Dossier, its: Proposal) -> str:
    """Return in Chinese why the proposal can't be registered as it is; "" where it can."""
    if nfc(its.path) not in dossier.evidence:
        return "材料文件夹里没有这个文件"
    kind = dossier.pack.kinds[EVIDENCE]
    for name in READ:
        its_field = kind.field(name)
        try:
            if its_field is not None:
                its_field.parse(_text(its, name))
        except CellError as error:
            return f"“{its_field.title if its_field else name}”{error}"
    if its.belongs and _place(dossier, its.belongs) is None:
        return f"“归入”里的“{its.belongs}”不是已有的记录，也不是“新记 种类：名称”"
    return ""


def _fit(dossier: Dossier, asked: Iterable[Proposal]) -> tuple[dict[str, Proposal], list[tuple[str, str]]]:
    """Those that can be registered, by path, and why others can't."""
    fit: dict[str, Proposal] = {}
    left: list[tuple[str, str]] = []
    for its in asked:
        path = nfc(its.path)
        why = unfit(dossier, its)
        if why:
            left.append((path, why))
        else:
            fit[path] = its
    return fit, left


def _place(dossier: Dossier, belongs: str) -> tuple[Kind, str, str] | None:
    """What 归入 says: the kind, and the id of a record that is there or the name of a new one; None for neither."""
    is_new = belongs.startswith(_NEW.strip())
    rest = belongs.removeprefix(_NEW.strip()).strip()
    by_title = {kind.title: kind for kind in dossier.pack.kinds.values()}
    if is_new:
        title, _, name = rest.replace(":", _COLON, 1).partition(_COLON)
        kind = by_title.get(title.strip())
        return (kind, "", name.strip()) if kind is not None and name.strip() else None
    title, _, id_ = rest.rpartition(" ")
    kind = by_title.get(title.strip())
    if kind is None or kind.field("evidence") is None:
        return None
    there = any(record.id == id_ for record in dossier.tables.get(kind.name) or ())
    return (kind, id_, "") if there else None


@dataclass(slots=True)
class _Taking:
    """Records for files that are being registered."""

    assessment: Assessment
    store: Store
    fit: Mapping[str, Proposal]

    def write_records(self, findings: Findings) -> tuple[list[tuple[str, str, tuple[str, ...]]], list[tuple[str, str]]]:
        """Make new records and have those that are there name the files; returns what was made, and what names one."""
        dossier = self.assessment.dossier
        attach: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        new: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for path, row in self.fit.items():
            if (place := _place(dossier, row.belongs)) is not None:
                kind, id_, name = place
                (attach[kind.name, id_] if id_ else new[kind.name, name]).append(path)
        attached: list[tuple[str, str]] = []
        for kind_name in dict.fromkeys(kind for kind, _ in attach):
            attached += self._attach(dossier.pack.kinds[kind_name], attach, findings)
        made: list[tuple[str, str, tuple[str, ...]]] = []
        for kind_name in dict.fromkeys(kind for kind, _ in new):
            its = {name: paths for (kind, name), paths in new.items() if kind == kind_name}
            made += self._make(dossier.pack.kinds[kind_name], its, findings)
        return made, attached

    def _attach(
        self, kind: Kind, attach: Mapping[tuple[str, str], Sequence[str]], findings: Findings
    ) -> Iterator[tuple[str, str]]:
        changes = []
        for record in self.assessment.dossier.tables.get(kind.name) or ():
            paths = [path for path in attach.get((kind.name, record.id), ()) if path not in record.evidence]
            if paths:
                text = _BETWEEN.join((*record.evidence, *paths))
                changes.append(Change(record.id, record.at, {"evidence": text}))
                yield kind.title, record.id
        if changes:
            findings.extend(self._register(kind).change(changes).findings)

    def _make(
        self, kind: Kind, new: Mapping[str, Sequence[str]], findings: Findings
    ) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        words = words_of_papers(self.assessment.dossier.pack)
        its = next((its for its in words.records if its.kind == kind.name), None)
        named = {path for record in self.assessment.dossier.tables.get(kind.name) or () for path in record.evidence}
        rows = []
        with paper_files(self.store, words) as reading:
            for name, paths in new.items():
                if named.issuperset(paths):  # an earlier run was broken off after it had been made
                    continue
                papers = [(self.fit[path], reading.read(self.assessment.dossier.evidence[path])) for path in paths]
                values = _values(kind, its.fields if its is not None else {kind.called: "event"}, name, papers)
                rows.append({**values, "evidence": _BETWEEN.join(paths)})
        if not rows:
            return
        key = kind.field(kind.key)
        taken = [record.id for record in self.assessment.dossier.tables.get(kind.name) or ()]
        ids = next_ids(taken, key.example if key is not None else "", len(rows))
        done = self._register(kind).enter_all(
            set(taken), [{kind.key: id_, **row} for id_, row in zip(ids, rows, strict=True)]
        )
        findings.extend(done.findings)
        for id_, row in zip(done.ids, rows, strict=True):
            lacking = tuple(f.title for f in kind.fields if f.required and f.name != kind.key and not row.get(f.name))
            yield kind.title, id_, lacking

    def _register(self, kind: Kind) -> Register:
        dossier = self.assessment.dossier
        return Register(dossier.folder, dossier.pack.kinds, kind, "", "在“记录”页改回来")


def _values(
    kind: Kind, fields: Mapping[str, str], name: str, papers: Sequence[tuple[Proposal, Paper]]
) -> dict[str, str]:
    """What a new record says: what its papers agree on, where its field takes it."""
    values: dict[str, str] = {}
    for field_name, source in fields.items():
        its = kind.field(field_name)
        texts = {name} if source in ("event", "title") else {_of(source, row, paper) for row, paper in papers} - {""}
        if its is None or len(texts) != 1:
            continue
        text = texts.pop()
        try:
            its.parse(text)
        except CellError:
            continue
        values[field_name] = text
    return values


def _of(source: str, row: Proposal, paper: Paper) -> str:
    if source == "line":
        return row.lines[0] if row.lines else ""
    return _text(row, source) if source in READ else paper.says(source)


def open_proposals(tables: Collection[Proposal]) -> list[Proposal]:
    """Return the proposals that nobody has answered, or that wait to be registered."""
    return [its for its in tables if its.done != TAKEN and its.take != REFUSED]
