"""The outputs of one assessment: which files there are, what they are called, and how each is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping import documents
from kaoping.core import fs
from kaoping.core.errors import KaopingError
from kaoping.core.file_names import why_not_portable
from kaoping.core.findings import Findings, Severity
from kaoping.core.model import DRAFT, FINAL, Location
from kaoping.core.seam import Product
from kaoping.core.supplement import REVISED
from kaoping.package import handed_records, manifest
from kaoping.package.manifest import Output
from kaoping.pipeline._handed_up import handed_up, is_asked
from kaoping.pipeline._papers import Papers
from kaoping.pipeline.assessment import Assessment

if TYPE_CHECKING:
    from kaoping.pdf.fonts import Keep
    from kaoping.pipeline._blockers import Hold
    from kaoping.sheets.score_table import TableRow

BUNDLE = "bundle-"  # and the number of the volume: the key of an output


class Outputs:
    """The outputs of one assessment, each a method that writes one file and says what it is."""

    def __init__(self, assessment: Assessment, keep: Keep | None = None) -> None:
        """``keep`` keeps what takes long to make, for the next build."""
        from kaoping.sheets.score_table import build_rows

        self.a = assessment
        self._keep = keep
        self.papers = Papers(assessment, keep)
        self.faults = Findings()  # what keeps any form of package from being made, once it was looked through
        self.held: Sequence[Hold] = ()  # what may be accepted
        self.rows: list[TableRow] = build_rows(
            assessment.rubric, assessment.card, assessment.numbers(), assessment.departments(), assessment.form,
            assessment.supplement,
        )  # fmt: skip

    def names(self, *, every: bool = False) -> dict[str, str]:
        """Return output → file name, as the notice wants them: sheets, bundle and the documents of this form.

        With ``every`` also the documents that a 送审稿 alone would hold: one by one they may be wanted earlier.
        A 报送稿 has no 缺项清单. A supplement has its letter, the revised score sheet, and new volumes, if any.
        """
        unit = self.a.dossier.unit
        short = str(unit["short_name"] or unit["name"])
        asked = self.a.rubric.notice.get("files", {})
        titles = {"sheet": ("自评分表", ".xlsx"), "table": ("自评分表", ".docx"), "bundle": (self.a.plan.title, ".pdf")}
        known = documents.documents_of(self.a.rubric.pack)
        supplement = self.a.supplement is not None
        stems = self.stems(DRAFT if every else self.a.form)
        papers = {stem: (known[stem].name, ".docx") for stem in stems}
        titles = papers | titles if supplement else titles | papers  # its letter tells what the rest is
        if self.a.form != FINAL and not supplement:
            titles["gaps"] = ("缺项清单", ".xlsx")
        if not supplement:
            titles |= {key: (product.name, product.suffix) for key, product in self._products().items()}
            if is_asked(self.a):
                titles[handed_records.ROLE] = (handed_records.NAME, ".json")
        names: dict[str, str] = {}
        for key, (title, suffix) in titles.items():
            name = str(asked.get(key) or title).format(unit=short, year=self.a.dossier.year)
            if key == "bundle":
                names |= {volume: name + ending + suffix for volume, ending in self._volumes().items()}
            else:
                names[key] = name + (f"（{REVISED}）" if supplement and key in ("sheet", "table") else "") + suffix
        refuse_names(names)
        return names

    def stems(self, form: str) -> list[str]:
        """Return the documents of a package of ``form``, by stem; those of a supplement where this is one."""
        if self.a.supplement is not None:
            return documents.supplementary(self.a.rubric.pack)
        return documents.wanted(self.a.rubric, self.a.dossier, form)

    def _volumes(self) -> dict[str, str]:
        """Return the key of each volume of the bundle, with what its file's name ends in."""
        plan = self.a.plan
        volumes = {volume: plan.volume_name(volume) for volume in plan.volumes if plan.pieces or not plan.prefix}
        return {f"{BUNDLE}{volume}": f"（{name}）" if name else "" for volume, name in volumes.items()}

    def tally(self) -> dict[str, int]:
        """Return how much is still to be done, as the lists of the 送审稿 have it: what → how many."""
        a, severities = self.a, [finding.severity for finding in self.a.findings]
        return {
            "open": sum(gap.is_open for gap in a.gaps),
            "gaps": len(a.gaps),
            "errors": severities.count(Severity.ERROR),
            "warnings": severities.count(Severity.WARNING),
            "held": len(self._holding()),
            "accepted": sum(hold.acceptance is not None for hold in self._holding()),
        }

    def write(self, key: str, path: Path) -> Output:
        """Write the output ``key`` (of :meth:`names`) to ``path``."""
        writers: dict[str, Callable[[Path], Output]] = {
            "sheet": self._sheet,
            "table": self._table,
            "gaps": self._gaps,
            handed_records.ROLE: self._records,
        }
        if key.startswith(BUNDLE):
            output = self._bundle(path, int(key.removeprefix(BUNDLE)))
        elif key in self._products():
            output = self._product(self._products()[key], path)
        else:
            output = writers[key](path) if key in writers else self.papers.write(key, path)
        return replace(output, path=path.name)

    def _sheet(self, path: Path) -> Output:
        from kaoping.sheets.score_sheet import score_sheet

        a = self.a
        written = score_sheet(a.rubric, a.card, self.rows, a.plan, form=a.form, dated=a.dated, supplement=a.supplement)
        fs.write_bytes(path, written.data)
        cells = {"lines": written.lines, "totals": written.totals}
        title = f"自评分表（Excel，{REVISED if a.supplement else '含佐证索引'}）"
        return Output("", manifest.SHEET, title, True, {"cells": cells})

    def _table(self, path: Path) -> Output:
        from kaoping.sheets.score_docx import score_docx
        from kaoping.sheets.score_table import columns

        a = self.a
        drawn = score_docx(a.rubric, a.card, self.rows, form=a.form, dated=a.dated, supplement=a.supplement)
        fs.write_bytes(path, drawn)
        heads = columns(a.rubric, a.form, revised=a.supplement is not None)
        column = next(i for i, head in enumerate(heads) if head.key == "score")
        lines = {r.line: [0, i, column] for i, r in enumerate(self.rows, 1) if r.line and r.cells["score"].span}
        totals = {r.total: [0, i, column] for i, r in enumerate(self.rows, 1) if r.total}
        title = f"自评分表（Word{f'，{REVISED}' if a.supplement else ''}）"
        return Output("", manifest.TABLE, title, False, {"cells": {"lines": lines, "totals": totals}})

    def _bundle(self, path: Path, volume: int) -> Output:
        from kaoping.bundle.writing import write_bundle

        plan = self.a.plan
        bundle = write_bundle(plan, path, volume, keep=self._keep)
        name = plan.volume_name(volume)
        title = f"佐证材料汇编{name}（PDF，带目录、书签和页码）"
        facts = {"volume": volume, "pages": bundle.pages}
        return Output("", manifest.BUNDLE, title, True, facts, bundle.sha256)

    def context(self, stem: str) -> dict[str, Any]:
        """Return what the template of the document ``stem`` may name."""
        return self.papers.context(documents.documents_of(self.a.rubric.pack)[stem], self.enclosures(stem))

    def enclosures(self, stem: str) -> list[str]:
        """Return the titles of what the document encloses (附件清单), of what this package really holds."""
        names, volumes = self.names(), len(self.a.plan.volumes)
        titles: list[str] = []
        for key in documents.documents_of(self.a.rubric.pack)[stem].encloses:
            if key == "bundle" and self.a.supplement is not None:
                titles += [Path(names[volume]).stem for volume in self._volumes()]
            elif key == "bundle":
                titles.append(self.a.plan.title + (f"（共{volumes}册）" if volumes > 1 else ""))
            elif key in names:
                titles.append(Path(names[key]).stem)
        return titles

    def _holding(self) -> list[Hold]:
        """What keeps a 报送稿 back, or would, had it not been accepted."""
        return [hold for hold in self.held if hold.keeps_back]

    def _gaps(self, path: Path) -> Output:
        from kaoping.pipeline._blockers import row_of
        from kaoping.sheets.gaps_sheet import gaps_sheet

        a = self.a
        held = [row_of(hold, self.a.rubric) for hold in self._holding()]
        fs.write_bytes(path, gaps_sheet(a.gaps, a.deadlines, a.findings.lasting(), held, a.card.unit, a.dated))
        return Output("", manifest.GAPS, "缺项清单（任务分解）", True)

    def _records(self, path: Path) -> Output:
        fs.write_bytes(path, manifest.to_bytes(handed_up(self.a)))
        return Output("", handed_records.ROLE, "上报记录（上级单位汇总用，不必打开）")

    def _products(self) -> dict[str, Product]:
        """Return what the wings add, by key."""
        final = self.a.form == FINAL
        return {its.key: its for its in self.a.seasons.products() if not (its.internal and final)}

    def _product(self, product: Product, path: Path) -> Output:
        fs.write_bytes(path, product.make(self.a.dated))
        return Output("", product.key, product.title, False)


def refuse_names(names: Mapping[str, str]) -> None:
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
