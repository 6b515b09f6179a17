"""What a document is, as its file in a pack or the common stock says; which of them a unit's package holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated

from kaoping.core import resources, schema
from kaoping.core.decode import GIVEN, Beside, Key, MisfitError, Read, decode
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, Dossier, Location
from kaoping.core.packs import Pack
from kaoping.core.schema import field_name, field_named, kind_name
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric.nodes import Rubric
from kaoping.rubric.rules.evaluation import Measure, walk
from kaoping.rubric.rules.measures import parse_measure
from kaoping.rubric.rules.params import Answer
from kaoping.rubric.rules.where import ALL, Where

FOLDER = "documents"  # of a pack, and of the common stock
OWN_TEMPLATES = "模板"  # in a unit's folder


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFact:
    """A list of texts taken from records, in their order; with ``by``, one list per value of that field."""

    kind: Annotated[schema.Kind, Key("of")]
    fields: Annotated[tuple[schema.Field, ...], Key("field")]  # the first one that is filled in
    where: Where = ALL
    by: schema.Field | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """One measure of a group."""

    title: str
    measure: Measure


def _through(node: Node) -> dict[str, str]:
    for name, child in node.mapping().items():
        if name not in child.known().kinds:
            raise ExpectedError(child, f"没有记录种类“{name}”")
        field_named(child, child.known().kinds[name])
    return {name: child.text() for name, child in node.mapping().items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFact:
    """Measures for each value of a field: staff by their body, and what hangs on them.

    ``through`` names other kinds that hang on the grouped records, each by its field that holds their id.
    """

    kind: Annotated[schema.Kind, Key("of")]
    by: schema.Field
    through: Annotated[Mapping[str, str], Read(_through)] = field(default_factory=dict)
    measures: Mapping[str, Counted]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsFact:
    """Whole records, each with the records that hang on it (``below``: name → records).

    They come as they were recorded, or by the field ``order``, what has none there last; with ``keyed`` as a mapping,
    the value of that field → record.
    """

    kind: Annotated[schema.Kind, Key("of")]
    where: Where = ALL
    order: Annotated[str, Read(field_name, "kind")] = ""
    keyed: Annotated[str, Read(field_name, "kind")] = ""
    below: Mapping[str, Hanging] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging(RecordsFact):
    """Records that hang on others, whose id they hold in the field ``by``."""

    keyed: Annotated[str, GIVEN] = ""
    by: Annotated[str, Read(field_name, "kind")]


How = Measure | ListFact | GroupFact | RecordsFact
_HOW: Mapping[str, Callable[[Node], How]] = {
    "measure": parse_measure,
    "list": partial(decode, ListFact),
    "groups": partial(decode, GroupFact),
    "records": partial(decode, RecordsFact),
}


def _how(fields: Fields) -> How:
    given = [name for name in _HOW if name in fields]
    if len(given) != 1:
        raise MisfitError("写 measure、list、groups、records 之一")
    return _HOW[given[0]](fields[given[0]])


@dataclass(frozen=True, slots=True)
class Fact:
    """What a document's template may name, and how it is come by."""

    title: str
    how: Annotated[How, Beside(_how, "", " ".join(_HOW))]


def _says(node: Node, facts: Mapping[str, Fact]) -> dict[str, str]:
    for name, child in node.mapping().items():
        if name not in facts or isinstance(facts[name].how, ListFact | GroupFact | RecordsFact):
            raise ExpectedError(child, f"facts 里没有“{name}”这个计量")
        if child.text().count("{value}") != 1:
            raise ExpectedError(child, "句子里写一个 {value}")
    return {name: child.text() for name, child in node.mapping().items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """A document: its name, its template, when it belongs into a package, and its facts."""

    stem: str
    name: str
    genre: str  # 文种
    template: str
    facts: Mapping[str, Fact]
    #: What it is called besides, or was in an earlier version: notices and 模板/ may say so.
    also: tuple[str, ...] = ()
    due: str = ""  # key in the notice's due dates
    upward: bool = False  # 上行文: goes to an office above, so that its red head names who signed it out
    needs: tuple[Annotated[str, Read(kind_name)], ...] = ()  # record kinds without which there is nothing to write
    lines: tuple[str, ...] = ()  # the rubric's lines that it serves
    on_request: bool = False  # made only where the notice asks for it
    supplement: str = ""  # the document that goes with a supplement in its stead
    encloses: tuple[str, ...] = ()  # outputs that it lists as its 附件
    framework: str = ""  # the framework of tasks that it goes through point by point
    wing: str = ""  # the wing that gives its template more to name
    public: bool = False  # for the public: what a record marks as 不公开 stays out or is generalised
    totals: Mapping[str, str] = field(default_factory=dict)  # total → the sentence that tells it, for verify
    #: Fact → a sentence about it, with {value}: no document may give another number.
    says: Annotated[Mapping[str, str], Read(_says, "facts")] = field(default_factory=dict)
    #: Question (口径) → the option that the document's figures go by, and say so, while nobody has answered it.
    assumes: Mapping[str, str] = field(default_factory=dict)

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
        kind = decode(DocumentKind, node, stem=stem)
        for name, known, what in (
            ("framework", pack.files("policies"), "policies/ 里没有这一套重点任务"),
            ("wing", pack.wings, "pack.yaml 的 wings 里没有写这个副翼"),
        ):
            if (named := getattr(kind, name)) and named not in known:
                raise ExpectedError(node.mapping()[name], f"{what}：“{named}”")
        return kind

    documents = pack.parsed(FOLDER, parse, pack.named_documents())
    brought = [kind.supplement for kind in documents.values() if kind.supplement]
    return pack.parsed(FOLDER, parse, [*pack.named_documents(), *brought]) if brought else documents


def supplementary(pack: Pack) -> list[str]:
    """Return the documents that go with a supplement and nothing else, by stem."""
    known = documents_of(pack)
    return list(dict.fromkeys(kind.supplement for kind in known.values() if kind.supplement in known))


def refuse_unknown_questions(rubric: Rubric) -> bool:
    """Return true; raise KaopingError where a document's facts ask a question (口径) that the rubric does not have."""

    def check(pack: Pack) -> Findings:
        findings, files = Findings(), pack.files(FOLDER)
        for stem, kind in documents_of(pack).items():
            layer, name = files.get(stem, (None, f"{FOLDER}/{stem}.yaml"))
            file = f"{layer.folder.name}/{name}" if layer is not None else name
            for fact, its in kind.facts.items():
                asked = {node.question for node in walk(its.how) if isinstance(node, Answer)}
                for question in sorted(asked - rubric.questions.keys()):
                    at = Location(file, f"facts.{fact}")
                    findings.add("rubric.expected", at, path=at.path, expected=f"引用了没有列出的口径“{question}”")
            for question, option in kind.assumes.items():
                if question not in rubric.questions or option not in rubric.questions[question].options:
                    at = Location(file, f"assumes.{question}")
                    findings.add("rubric.expected", at, path=at.path, expected=f"口径“{question}”里没有“{option}”")
        return findings

    if findings := rubric.pack.part("documents' questions", check):
        raise KaopingError(findings.sorted())
    return True


def template_path(kind: DocumentKind, pack: Pack, unit_folder: Path) -> tuple[Path, bool]:
    """Return the template, and whether it is the unit's own (模板/<name>.docx), which wins over the pack's."""
    folder = unit_folder / OWN_TEMPLATES
    there = {path.name.casefold(): path for path in sorted(folder.iterdir())} if folder.is_dir() else {}
    called = (there.get(f"{name}.docx".casefold()) for name in kind.names)
    unit_template = next((path for path in called if path is not None and path.is_file()), None)
    if unit_template is not None:
        return unit_template, True
    return pack.template(kind.template) or resources.template("word", kind.template), False


def wanted(rubric: Rubric, dossier: Dossier, form: str) -> list[str]:
    """Return the documents of a package, by stem: what can be written and is asked for.

    The 送审稿 holds all that the records suffice for, besides those made on request alone; the 报送稿 only what the
    notice names under ``documents``, in its order.
    """
    asked, known, elsewhere = asked_for(rubric), documents_of(rubric.pack), supplementary(rubric.pack)
    there = [
        stem for stem, its in known.items() if stem not in elsewhere and all(dossier.table(kind) for kind in its.needs)
    ]
    if form != DRAFT:
        return [stem for stem in asked if stem in there]
    extra = [stem for stem in there if stem not in asked and not known[stem].on_request]
    return [stem for stem in asked if stem in there] + extra


def lacking(rubric: Rubric, dossier: Dossier) -> list[tuple[DocumentKind, list[str]]]:
    """Return the documents that the notice asks for and the records do not suffice for: (document, kinds' titles)."""
    unready: list[tuple[DocumentKind, list[str]]] = []
    known = documents_of(rubric.pack)
    for kind in (known[stem] for stem in asked_for(rubric)):
        if absent := [rubric.pack.kinds[name].title for name in kind.needs if not dossier.table(name)]:
            unready.append((kind, absent))
    return unready


def asked_for(rubric: Rubric, findings: Findings | None = None) -> list[str]:
    """Return the documents that the notice asks for, by stem; it may call them by their names too.

    One that there is not is told in ``findings``.
    """
    known = documents_of(rubric.pack)
    stems = {word: stem for stem, its in known.items() for word in (stem, *its.names)}
    asked: list[str] = []
    listed = rubric.notice.get("documents") or ()
    for word in [listed] if isinstance(listed, str) else listed:
        if str(word) in stems:
            asked.append(stems[str(word)])
        elif findings is not None:
            names = "、".join(its.name for its in known.values())
            at = Location("notice.yaml", "documents")
            findings.add("notice.misshapen", at, path=at.path, expected=f"没有文稿“{word}”，可用：{names}")
    return list(dict.fromkeys(asked))
