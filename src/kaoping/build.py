"""Assembles the outputs: one assessment in, the files of a package (or single drafts) out.

Every output is drawn from the same assessment, so that the same number stands on the sheet, in Word, in the report and
in the manifest; `verify` re-opens them and checks that it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kaoping import documents, fs, manifest, policy
from kaoping.bag import BagInfo
from kaoping.contest.results import has_scores
from kaoping.deadlines import Deadline
from kaoping.errors import FaultError, KaopingError
from kaoping.figures import Figure, number
from kaoping.findings import Findings, Severity
from kaoping.forms import FINAL
from kaoping.gaps import Gap
from kaoping.manifest import Output
from kaoping.model import BundlePlan, Dossier, EvidenceFile, Location, ScoreCard, Status
from kaoping.names import why_not_portable
from kaoping.outputs.score_table import TableRow, build_rows, columns
from kaoping.plan import attachments, originals
from kaoping.rubric.nodes import Rubric

_BUNDLE = "bundle-"  # and the number of the volume: the key of an output

#: Told as each output is begun: how many are done, how many there are, and what comes next.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A unit's year, scored and laid out for one form of package."""

    dossier: Dossier
    rubric: Rubric
    card: ScoreCard
    plan: BundlePlan
    gaps: Sequence[Gap]
    findings: Findings
    deadlines: Sequence[Deadline]

    @property
    def form(self) -> str:
        """送审稿 or 报送稿."""
        return self.plan.form

    @property
    def dated(self) -> date | None:
        """The 报送日期, the only date that enters an output."""
        return self.plan.dated

    def departments(self) -> dict[str, str]:
        """Return line → 责任科室."""
        return {str(r["line"]): str(r["department"] or "") for r in self.dossier.records("assignment")}


def refuse_final(assessment: Assessment) -> None:
    """Raise KaopingError, with the whole list, where anything keeps a 报送稿 from being handed in."""
    findings = Findings(f for f in assessment.findings if f.severity is Severity.ERROR)
    for score in assessment.card.lines:
        if score.status in (Status.UNDECIDED, Status.MISSING):
            word = "待定" if score.status is Status.UNDECIDED else "缺项"
            why = "；".join(score.because)
            findings.add("final.open_line", line=score.line, title=score.title, word=word, why=why)
    if assessment.dated is None:
        findings.add("final.no_date")
    if findings.errors:
        raise KaopingError(findings)


class Outputs:
    """The outputs of one assessment, each a method that writes one file and says what it is."""

    def __init__(self, assessment: Assessment) -> None:
        self.a = assessment
        self.stated: list[documents.Statement] = []  # what the documents written so far say
        self.texts: dict[str, str] = {}  # and their words
        self.rows: list[TableRow] = build_rows(
            assessment.rubric, assessment.card, assessment.plan.numbers(), assessment.departments(), assessment.form
        )

    def names(self) -> dict[str, str]:
        """Return output → file name, as the notice wants them: sheets, bundle and the documents of this form.

        A 报送稿 has no 缺项清单, nor the 成绩册 of a contest.
        """
        unit = self.a.dossier.unit
        short = str(unit["short_name"] or unit["name"])
        asked = self.a.rubric.notice.get("files", {})
        titles = {"sheet": ("自评分表", ".xlsx"), "table": ("自评分表", ".docx"), "bundle": (self.a.plan.title, ".pdf")}
        stems = documents.wanted(self.a.rubric, self.a.dossier, self.a.form)
        titles |= {stem: (documents.load(stem).name, ".docx") for stem in stems}
        if self.a.form != FINAL:
            titles["gaps"] = ("缺项清单", ".xlsx")
            if has_scores(self.a.dossier):
                titles["contest"] = ("成绩册", ".xlsx")
        if self.a.plan.prefix:
            titles = {"bundle": titles["bundle"]}  # a supplement is evidence alone
        names: dict[str, str] = {}
        for key, (title, suffix) in titles.items():
            name = str(asked.get(key) or title).format(unit=short, year=self.a.dossier.year)
            if key == "bundle":
                names |= {volume: name + told + suffix for volume, told in self._volumes().items()}
            else:
                names[key] = name + suffix
        _refuse_names(names)
        return names

    def _volumes(self) -> dict[str, str]:
        """Return the key of each volume of the bundle, with what its file's name ends in."""
        plan = self.a.plan
        told = {volume: plan.volume_name(volume) for volume in plan.volumes}
        return {f"{_BUNDLE}{volume}": f"（{name}）" if name else "" for volume, name in told.items()}

    def write(self, key: str, path: Path) -> Output:
        """Write the output ``key`` (of :meth:`names`) to ``path``."""
        writers: dict[str, Callable[[Path], Output]] = {
            "sheet": self._sheet,
            "table": self._table,
            "gaps": self._gaps,
            "contest": self._contest,
        }
        if key.startswith(_BUNDLE):
            output = self._bundle(path, int(key.removeprefix(_BUNDLE)))
        else:
            output = writers[key](path) if key in writers else self._document(key, path)
        return replace(output, path=path.name)

    def _sheet(self, path: Path) -> Output:
        from kaoping.outputs.score_sheet import score_sheet

        a = self.a
        written = score_sheet(a.rubric, a.card, self.rows, a.plan, form=a.form, dated=a.dated)
        fs.write_bytes(path, written.data)
        cells = {"lines": written.lines, "totals": written.totals}
        return Output("", manifest.SHEET, "自评分表（Excel，含佐证索引）", True, {"cells": cells})

    def _table(self, path: Path) -> Output:
        from kaoping.outputs.score_docx import score_docx

        a = self.a
        fs.write_bytes(path, score_docx(a.rubric, a.card, self.rows, form=a.form, dated=a.dated))
        column = next(i for i, head in enumerate(columns(a.rubric, a.form)) if head.key == "score")
        lines = {r.line: [0, i, column] for i, r in enumerate(self.rows, 1) if r.line and r.cells["score"].span}
        totals = {r.total: [0, i, column] for i, r in enumerate(self.rows, 1) if r.total}
        return Output("", manifest.TABLE, "自评分表（Word）", False, {"cells": {"lines": lines, "totals": totals}})

    def _bundle(self, path: Path, volume: int) -> Output:
        from kaoping.outputs.bundle import write_bundle

        plan = self.a.plan
        pages = write_bundle(plan, path, volume)
        name = plan.volume_name(volume)
        title = f"佐证材料汇编{name}（PDF，带目录、书签和页码）"
        return Output("", manifest.BUNDLE, title, True, {"volume": volume, "pages": pages})

    def _document(self, stem: str, path: Path) -> Output:
        from kaoping.outputs.word import BlankInFinal, render
        from kaoping.templating import render_own

        a = self.a
        kind = documents.load(stem)
        template, own = documents.template_path(kind, a.dossier.folder)
        unit = str(a.dossier.unit["name"])
        context = self._context(kind)
        about: dict[str, Any] = {"form": a.form, "dated": a.dated, "title": kind.name, "author": unit}
        try:
            if own:  # somebody else's work: it may fail, or never end
                data = render_own(template, context, at=_place(template), **about)
            else:
                data = render(template, context, **about)
        except BlankInFinal as error:
            findings = Findings()
            for blank in error.blanks:
                findings.add("final.blank", document=kind.name, blank=blank)
            raise KaopingError(findings) from None
        fs.write_bytes(path, data)
        self._note(kind, context, data)
        if not kind.totals:
            return Output("", manifest.DOCUMENT, kind.name, True)
        # A unit's own template may word it otherwise: then there is no sentence that verify could look for.
        figures = [] if own else [{"total": total, "text": text} for total, text in kind.totals.items()]
        return Output("", manifest.REPORT, kind.name, True, {"figures": figures})

    def context(self, stem: str) -> dict[str, Any]:
        """Return what the template of the document ``stem`` may name."""
        return self._context(documents.load(stem))

    def _context(self, kind: documents.DocumentKind) -> dict[str, Any]:
        from kaoping.outputs.report_views import score_context

        a = self.a
        numbers = a.plan.numbers()
        facts = documents.facts(kind, a.rubric, a.dossier, numbers)
        return {
            "unit": dict(a.dossier.unit.values),
            "fact": facts,
            "rounded": next((fact.rounded for fact in facts.values() if isinstance(fact, Figure) and fact.rounded), ""),
            "document": {"name": kind.name, "genre": kind.genre, "public": kind.public, "upward": kind.upward},
            "enclosures": self._enclosures(kind),
            **score_context(a.rubric, a.card, numbers),
        } | ({"policy": policy.context(policy.load(kind.policy), a.dossier, a.card, numbers)} if kind.policy else {})

    def _enclosures(self, kind: documents.DocumentKind) -> list[str]:
        """Return the titles of what the document encloses (附件清单), of what this package really holds."""
        names, volumes = self.names(), len(self.a.plan.volumes)
        found: list[str] = []
        for key in kind.encloses:
            if key == "bundle":
                found.append(self.a.plan.title + (f"（共{volumes}册）" if volumes > 1 else ""))
            elif key in names:
                found.append(Path(names[key]).stem)
        return found

    def _note(self, kind: documents.DocumentKind, context: Mapping[str, Any], data: bytes) -> None:
        """Remember what a document says, to be compared with the others and with the score sheet."""
        from kaoping.outputs.word import words

        if held := documents.withheld(kind, self.a.dossier):
            words_of = [f"{its.title} {id_}（{'略去' if out else '用公开写法'}）" for its, id_, out in held]
            self.a.findings.add("document.withheld", document=kind.name, listed="、".join(words_of))
        figures = {name: fact for name, fact in context["fact"].items() if isinstance(fact, Figure)}
        self.texts[kind.name] = words(data)
        for name, title in documents.titles(kind).items():
            if name in figures:
                self.stated.append(documents.Statement(kind.name, title, {"value": str(figures[name])}))
        for name, sentence in kind.says.items():
            if name in figures:
                values = {"value": str(figures[name])}
                self.stated.append(documents.Statement(kind.name, documents.titles(kind)[name], values, sentence))
        for name, sentence in kind.totals.items():
            total = context["totals"][name]
            values = {"points": str(total["points"]), "of": number(total["of"]) if total["of"] is not None else ""}
            self.stated.append(documents.Statement(kind.name, "自评分表", values, sentence))

    def refuse_contradictions(self) -> None:
        """Raise KaopingError where documents contradict one another, or the score sheet, in what they say."""
        found = documents.contradictions(self.stated, self.texts)
        if found.errors:
            raise KaopingError(found)

    def _gaps(self, path: Path) -> Output:
        from kaoping.outputs.gaps_sheet import gaps_sheet

        a = self.a
        fs.write_bytes(path, gaps_sheet(a.gaps, a.deadlines, a.findings.lasting(), a.card.unit, a.dated))
        return Output("", manifest.GAPS, "缺项清单（任务分解）", True)

    def _contest(self, path: Path) -> Output:
        from kaoping.outputs.contest_sheet import contest_sheet

        fs.write_bytes(path, contest_sheet(self.a.dossier, self.a.dated))
        return Output("", manifest.CONTEST, "岗位练兵技能竞赛成绩册", False)


def _place(template: Path) -> Location:
    return Location(f"{template.parent.name}/{template.name}")


def _refuse_templates(outputs: Outputs, keys: Iterable[str]) -> None:
    """Raise KaopingError where a document of ``keys`` has a template of the unit's own that can't be used.

    It is asked before anything is written: the bundle takes longer than all else.
    """
    a = outputs.a
    places: set[str] = set()
    for stem in set(keys).intersection(documents.known()):
        template, own = documents.template_path(documents.load(stem), a.dossier.folder)
        if own:
            places.add(_place(template).file)
    if any(finding.at.file in places for finding in a.findings.errors):
        raise KaopingError(a.findings.sorted())


def _refuse_names(names: Mapping[str, str]) -> None:
    """Raise KaopingError where the notice and the unit's name make file names that can't be, or the same one twice."""
    findings = Findings()
    seen: dict[str, str] = {}
    for key, name in names.items():
        at = Location("notice.yaml", f"files.{key}")
        if why := why_not_portable(name):
            findings.add("notice.misshapen", at, path=at.path, expected=f"定出的文件名“{name}”不能用：{why}")
        other = seen.setdefault(name.casefold(), key)
        if other != key:
            why = f"和 files.{other} 定出了同一个文件名“{name}”，一个会盖掉另一个"
            findings.add("notice.misshapen", at, path=at.path, expected=why)
    if findings.errors:
        raise KaopingError(findings)


def build_package(
    assessment: Assessment,
    target: Path,
    progress: Progress | None = None,
    *,
    with_originals: bool = False,
) -> Findings:
    """Build the whole package at ``target``, replacing the last one whole; returns notes about it and about the swap.

    Raises KaopingError where a 报送稿 is refused, DeliveryError where the disk or an open file stands in the way.
    """
    from kaoping.outputs.front import undrawable
    from kaoping.package import staging

    if assessment.form == FINAL and not assessment.plan.prefix:
        refuse_final(assessment)
    if lacking := undrawable(assessment.plan):
        assessment.findings.add("build.undrawable", characters="、".join(lacking))
    outputs = Outputs(assessment)
    names = outputs.names()
    _refuse_templates(outputs, names)
    copies = [(manifest.ATTACHMENT, copy) for copy in attachments(assessment.plan)]
    if with_originals:
        copies += [(manifest.ORIGINAL, copy) for copy in originals(assessment.plan)]
    with staging(target) as stage:
        written: list[Output] = []
        for done, (key, name) in enumerate(names.items()):
            if progress:
                progress(done, len(names) + 1, name)
            written.append(outputs.write(key, stage.path(name)))
        outputs.refuse_contradictions()
        if progress:
            progress(len(names), len(names) + 1, "打包核对")
        for role, (name, file) in copies:
            stage.copy(file.source, name)
            if fs.sha256(stage.path(name)) != file.sha256:
                raise _changed(file)
            written.append(Output(name, role, ""))
        document = manifest.manifest(assessment.rubric, assessment.card, assessment.plan)
        card = assessment.card
        what = "补充材料" if assessment.plan.prefix else assessment.form
        info = BagInfo(card.unit, f"{card.year}年度考评自评材料（{what}）", assessment.dated)
        stage.finish(info, document, written)
        read_back(stage.root)
        notes = _too_large(stage.data, written, assessment.plan)
    if progress:
        progress(len(names) + 1, len(names) + 1, "完成")
    return Findings([*notes, *stage.findings])


def _changed(file: EvidenceFile) -> KaopingError:
    findings = Findings()
    findings.add("evidence.changed", Location(f"材料/{file.path}"), path=file.path)
    return KaopingError(findings)


def _too_large(data: Path, written: Sequence[Output], plan: BundlePlan) -> Findings:
    """Note each volume that came out over a limit: a piece larger than that is never split."""
    findings = Findings()
    for output in written:
        if output.role == manifest.BUNDLE:
            pages, size = int(output.facts["pages"]), (data / output.path).stat().st_size
            over = [f"{pages}页，限{plan.max_pages}页"] if plan.max_pages and pages > plan.max_pages else []
            if plan.max_size and size > plan.max_size:
                over.append(f"{size / 1e6:.1f}MB，限{plan.max_size / 1e6:g}MB")
            if over:
                findings.add("build.volume_over", Location(output.path), name=output.path, over="；".join(over))
    return findings


def build_drafts(assessment: Assessment, folder: Path, only: Sequence[str]) -> list[Path]:
    """Write single drafts (by file name, with or without suffix) into ``folder``, never a package.

    Raises KaopingError for a name that is no output, and where a 报送稿 is refused.
    """
    from kaoping.package import drafting

    if assessment.form == FINAL:
        refuse_final(assessment)
    outputs = Outputs(assessment)
    names = outputs.names()
    chosen: list[tuple[str, str]] = []
    findings = Findings()
    for wanted in only:
        found = [
            (key, name)
            for key, name in names.items()
            if wanted in (name, Path(name).stem) or (key.startswith(_BUNDLE) and name.startswith(f"{wanted}（"))
        ]
        if not found:
            findings.add("build.unknown_output", name=wanted, known="、".join(names.values()))
        chosen += found
    if findings.errors:
        raise KaopingError(findings)
    _refuse_templates(outputs, [key for key, _ in chosen])
    with drafting(folder) as work:
        for key, name in dict.fromkeys(chosen):
            outputs.write(key, work / name)
        outputs.refuse_contradictions()
        for _, name in dict.fromkeys(chosen):
            fs.replace(work / name, folder / name)
    return [folder / name for _, name in dict.fromkeys(chosen)]


def read_back(package: Path) -> None:
    """Check a finished package before it is swapped in.

    Raises FaultError where it does not agree with itself, OSError where it can't be read.
    """
    from kaoping.verify import verify

    found = verify(package, fresh=True)
    if found.errors:
        raise FaultError(found.errors)
