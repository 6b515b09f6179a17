"""What a document is, as its file in a pack or the common stock says; which of them a unit's package holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kaoping.core import resources, schema
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.forms import DRAFT
from kaoping.core.model import Dossier, Location
from kaoping.core.packs import Pack
from kaoping.core.schema import field_named, kind_named
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.nodes import Rubric
from kaoping.rubric.rules.base import Measure, walk
from kaoping.rubric.rules.measures import parse_measure
from kaoping.rubric.rules.params import Answer
from kaoping.rubric.rules.where import Where, parse_where

FOLDER = "documents"  # of a pack, and of the common stock
OWN_TEMPLATES = "模板"  # in a unit's folder


@dataclass(frozen=True, slots=True)
class ListFact:
    """A list of texts taken from records, in their order; with ``by``, one list per value of that field."""

    kind: schema.Kind
    fields: tuple[schema.Field, ...]  # the first one that is filled in
    where: Where
    by: schema.Field | None


@dataclass(frozen=True, slots=True)
class GroupFact:
    """Measures for each value of a field: staff by their body, and what hangs on them.

    ``through`` names other kinds that hang on the grouped records, each by its field that holds their id.
    """

    kind: schema.Kind
    by: schema.Field
    through: Mapping[str, str]
    measures: Mapping[str, tuple[str, Measure]]  # name → (title, how)


@dataclass(frozen=True, slots=True)
class RecordsFact:
    """Whole records, each with the records that hang on it (``below``: name → (field, records)).

    They come as they were recorded, or by the field ``order``, what has none there last; with ``keyed`` as a mapping,
    the value of that field → record.
    """

    kind: schema.Kind
    where: Where
    order: str
    keyed: str
    below: Mapping[str, tuple[str, RecordsFact]]


How = Measure | ListFact | GroupFact | RecordsFact


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A document: its name, its template, when it belongs into a package, and its facts."""

    stem: str
    name: str
    also: tuple[
        str, ...
    ]  # what it is called besides, or was called in an earlier version: notices and 模板/ may say so
    genre: str  # 文种
    template: str
    due: str  # key in the notice's due dates
    upward: bool  # 上行文: goes to an office above, so that its red head names who signed it out
    needs: tuple[str, ...]  # record kinds without which there is nothing to write
    lines: tuple[str, ...]  # the rubric's lines that it serves
    on_request: bool  # made only where the notice asks for it
    encloses: tuple[str, ...]  # outputs that it lists as its 附件
    framework: str  # the framework of tasks that it goes through point by point
    wing: str  # the wing that gives its template more to name
    public: bool  # for the public: what a record marks as 不公开 stays out or is generalised
    totals: Mapping[str, str]  # total → the template's sentence that tells it, for verify
    says: Mapping[str, str]  # fact → a sentence about it, with {value}: no document may give another number
    facts: Mapping[str, tuple[str, How]]  # name → (title, how)

    @property
    def names(self) -> tuple[str, ...]:
        """What people may call it."""
        return (self.name, *self.also)


def documents_of(pack: Pack) -> Mapping[str, DocumentKind]:
    """Return the documents of ``pack`` by their stems: its own, and those of the common stock that it names.

    Raises KaopingError with all that is wrong with them.
    """
    return pack.part("documents", _documents)


def _documents(pack: Pack) -> dict[str, DocumentKind]:
    def parse(stem: str, node: Node) -> DocumentKind:
        kind = _parse(stem, node)
        for name, known, what in (
            ("framework", pack.files("policies"), "policies/ 里没有这一套重点任务"),
            ("wing", pack.wings, "pack.yaml 的 wings 里没有写这个副翼"),
        ):
            if (named := getattr(kind, name)) and named not in known:
                raise ExpectedError(node.mapping()[name], f"{what}：“{named}”")
        return kind

    return pack.parsed(FOLDER, parse, pack.named_documents())


def refuse_unknown_questions(rubric: Rubric) -> bool:
    """Return true; raise KaopingError where a document's facts ask a question (口径) that the rubric does not have."""

    def check(pack: Pack) -> Findings:
        findings, files = Findings(), pack.files(FOLDER)
        for stem, kind in documents_of(pack).items():
            layer, name = files.get(stem, (None, f"{FOLDER}/{stem}.yaml"))
            file = f"{layer.folder.name}/{name}" if layer is not None else name
            for fact, (_, how) in kind.facts.items():
                asked = {node.question for node in walk(how) if isinstance(node, Answer)}
                for question in sorted(asked - rubric.questions.keys()):
                    at = Location(file, f"facts.{fact}")
                    findings.add("rubric.expected", at, path=at.path, expected=f"引用了没有列出的口径“{question}”")
        return findings

    if found := rubric.pack.part("documents' questions", check):
        raise KaopingError(found.sorted())
    return True


def template_path(kind: DocumentKind, pack: Pack, unit_folder: Path) -> tuple[Path, bool]:
    """Return the template, and whether it is the unit's own (模板/<name>.docx), which wins over the pack's."""
    folder = unit_folder / OWN_TEMPLATES
    there = {path.name.casefold(): path for path in sorted(folder.iterdir())} if folder.is_dir() else {}
    called = (there.get(f"{name}.docx".casefold()) for name in kind.names)
    own = next((path for path in called if path is not None and path.is_file()), None)
    if own is not None:
        return own, True
    return pack.template(kind.template) or resources.template("word", kind.template), False


def wanted(rubric: Rubric, dossier: Dossier, form: str) -> list[str]:
    """Return the documents of a package, by stem: what can be written and is asked for.

    The 送审稿 holds all that the records suffice for, besides those made on request alone; the 报送稿 only what the
    notice names under ``documents``, in its order.
    """
    asked, known = asked_for(rubric), documents_of(rubric.pack)
    there = [stem for stem, its in known.items() if all(dossier.table(kind) for kind in its.needs)]
    if form != DRAFT:
        return [stem for stem in asked if stem in there]
    extra = [stem for stem in there if stem not in asked and not known[stem].on_request]
    return [stem for stem in asked if stem in there] + extra


def lacking(rubric: Rubric, dossier: Dossier) -> list[tuple[DocumentKind, list[str]]]:
    """Return the documents that the notice asks for and the records do not suffice for: (document, kinds' titles)."""
    found: list[tuple[DocumentKind, list[str]]] = []
    known = documents_of(rubric.pack)
    for kind in (known[stem] for stem in asked_for(rubric)):
        if none := [rubric.pack.kinds[name].title for name in kind.needs if not dossier.table(name)]:
            found.append((kind, none))
    return found


def asked_for(rubric: Rubric, findings: Findings | None = None) -> list[str]:
    """Return the documents that the notice asks for, by stem; it may call them by their names too.

    One that there is not is told in ``findings``.
    """
    known = documents_of(rubric.pack)
    stems = {word: stem for stem, its in known.items() for word in (stem, *its.names)}
    found: list[str] = []
    listed = rubric.notice.get("documents") or ()
    for word in [listed] if isinstance(listed, str) else listed:
        if str(word) in stems:
            found.append(stems[str(word)])
        elif findings is not None:
            names = "、".join(its.name for its in known.values())
            at = Location("notice.yaml", "documents")
            findings.add("notice.misshapen", at, path=at.path, expected=f"没有文稿“{word}”，可用：{names}")
    return list(dict.fromkeys(found))


def _parse(stem: str, node: Node) -> DocumentKind:
    f = node.fields(
        "name genre template facts", "also due upward needs lines on_request encloses framework wing public totals says"
    )
    facts: dict[str, tuple[str, How]] = {}
    for name, child in f["facts"].mapping().items():
        item = child.fields("title", "measure list groups records")
        given = [key for key in ("measure", "list", "groups", "records") if key in item]
        if len(given) != 1:
            raise ExpectedError(child, "写 measure、list、groups、records 之一")
        facts[name] = (item.text("title"), _HOW[given[0]](item[given[0]]))
    says = {name: child.text() for name, child in f["says"].mapping().items()} if "says" in f else {}
    for name, child in f["says"].mapping().items() if "says" in f else ():
        if name not in facts or isinstance(facts[name][1], ListFact | GroupFact | RecordsFact):
            raise ExpectedError(child, f"facts 里没有“{name}”这个计量")
        if child.text().count("{value}") != 1:
            raise ExpectedError(child, "句子里写一个 {value}")
    totals = {name: child.text() for name, child in f["totals"].mapping().items()} if "totals" in f else {}
    return DocumentKind(
        stem, f.text("name"), f.texts("also"), f.text("genre"), f.text("template"), f.text("due"), f.truth("upward"),
        tuple(kind_named(item).name for item in (f["needs"].each() if "needs" in f else ())),
        f.texts("lines"), f.truth("on_request"), f.texts("encloses"), f.text("framework"), f.text("wing"),
        f.truth("public"), totals, says, facts,
    )  # fmt: skip


def _list(node: Node) -> ListFact:
    f = node.fields("of field", "where by")
    kind = kind_named(f["of"])
    fields = tuple(field_named(item, kind) for item in f["field"].each())
    by = field_named(f["by"], kind) if "by" in f else None
    return ListFact(kind, fields, parse_where(f.get("where"), kind), by)


def _groups(node: Node) -> GroupFact:
    f = node.fields("of by measures", "through")
    kind = kind_named(f["of"])
    measures: dict[str, tuple[str, Measure]] = {}
    for name, child in f["measures"].mapping().items():
        item = child.fields("title measure")
        measures[name] = (item.text("title"), parse_measure(item["measure"]))
    through = {name: child.text() for name, child in f["through"].mapping().items()} if "through" in f else {}
    for name, child in f["through"].mapping().items() if "through" in f else ():
        if name not in child.known().kinds:
            raise ExpectedError(child, f"没有记录种类“{name}”")
        field_named(child, child.known().kinds[name])
    return GroupFact(kind, field_named(f["by"], kind), through, measures)


def _records(node: Node) -> RecordsFact:
    f = node.fields("of", "where order keyed below")
    kind = kind_named(f["of"])
    below: dict[str, tuple[str, RecordsFact]] = {}
    for name, child in f["below"].mapping().items() if "below" in f else ():
        item = child.fields("of by", "where order below")
        field = field_named(item["by"], kind_named(item["of"])).name
        entries = {key: value for key, value in child.mapping().items() if key != "by"}
        below[name] = (field, _records(replace(child, value=entries)))
    order, keyed = (field_named(f[key], kind).name if key in f else "" for key in ("order", "keyed"))
    return RecordsFact(kind, parse_where(f.get("where"), kind), order, keyed, below)


_HOW: Mapping[str, Callable[[Node], How]] = {
    "measure": parse_measure, "list": _list, "groups": _groups, "records": _records,
}  # fmt: skip
