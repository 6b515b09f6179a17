"""Which evidence proves which line: that of the records that the line counts, of a type that its 依据 names.

Two things are told apart. A file *supports* a line's points where the line counts its record for certain, and accepts
its type. A file *stands* under every line that it supports, may support (the record is in doubt) or that its record
names itself (工作材料). What no line accepts (the 签到表 of a training that is proved by its 通知) goes along with its
record, under the first line that counts it: nobody reads that as a proof, and it is not lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, EvidenceFile, LineScore, Location, Verdict
from kaoping.rubric.nodes import Line
from kaoping.rubric.rules.evaluation import Tally, Trace

#: Files that a finding names; the rest are counted.
_MOST_NAMED = 3


class Proofs:
    """The evidence of one dossier, and what lines read of the records that it hangs on."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self._along: dict[str, tuple[str, ...]] = {}  # line → files of its records, whatever their type, in their order
        self._read: dict[str, dict[str, None]] = {}  # kind → lines that read its records
        self._hung: dict[str, dict[str, None]] = {}  # kind → files that hang on its records that are read

    def accepts(self, line: Line, paths: Iterable[str]) -> bool:
        """Return whether one of ``paths`` can stand behind the line's points."""
        files = (self.dossier.evidence.get(path) for path in paths)
        return any(f is not None and _shows(f) and f.proves and f.type and _fits(line, f) for f in files)

    def backed(self, line: Line, trace: Trace) -> bool:
        """Return whether any acceptable evidence stands behind the line."""
        kinds = self.dossier.pack.kinds
        counted = (path for t in trace.tallies if t.proving and kinds[t.kind].proves for path in _hung(t, t.counted))
        return self.accepts(line, [*counted, *self._named(line, proving=True)])

    def of(self, line: Line, trace: Trace) -> tuple[str, ...]:
        """Return the files that prove the line, or may, and those of records that name it: record by record."""
        fitting: dict[str, None] = {}
        along: dict[str, None] = {}
        for tally in trace.tallies:
            hung = [path for path in _hung(tally, tally.counted + tally.doubtful) if path in self.dossier.evidence]
            self._read.setdefault(tally.kind, {})[line.id] = None
            self._hung.setdefault(tally.kind, {}).update(dict.fromkeys(hung))
            if tally.proving:
                fitting |= dict.fromkeys(path for path in hung if _fits(line, self.dossier.evidence[path]))
                # A unit's own record tells of many things: a file that hangs there is about one of them.
                along |= dict.fromkeys(hung if not self.dossier.pack.kinds[tally.kind].single else fitting)
        named = dict.fromkeys(path for path in self._named(line) if path in self.dossier.evidence)
        self._along[line.id] = (*(along | fitting | named),)
        return tuple(path for path in self._along[line.id] if path in fitting or path in named)

    def vetoing(self, line: Line, trace: Trace) -> tuple[str, ...]:
        """Return the files of the records by which a group has no points, or may have none: no 依据 asks for them.

        They stand under ``line`` besides its own.
        """
        hung: dict[str, None] = {}
        for tally in trace.tallies:
            hung |= dict.fromkeys(_hung(tally, tally.counted + tally.doubtful))
        files = tuple(path for path in hung if path in self.dossier.evidence)
        self._along[line.id] = tuple(dict.fromkeys((*self._along.get(line.id, ()), *files)))
        return files

    def completed(self, scores: Sequence[LineScore], findings: Findings) -> Iterator[LineScore]:
        """Yield the scores with what goes along with their records; what no line takes is told, kind by kind."""
        taken = {path for score in scores for path in score.evidence}
        for score in scores:
            files = [p for p in self._along.get(score.line, ()) if p in score.evidence or p not in taken]
            taken.update(files)
            yield replace(score, evidence=tuple(files))
        for kind, paths in self._hung.items():
            loose = [path for path in paths if path not in taken and self.dossier.evidence[path].type]
            if loose:
                self._tell(kind, loose, findings)

    def _tell(self, kind: str, loose: Sequence[str], findings: Findings) -> None:
        table = self.dossier.table(kind)
        rows = range(len(table)) if table is not None else ()
        hangs = (row for row in rows if table is not None and loose[0] in table.record(row).evidence)
        row = next(hangs, None)
        at = table.places(row, "evidence") if table is not None and row is not None else Location()
        more = f"等{len(loose)}件" if len(loose) > _MOST_NAMED else ""
        findings.add(
            "evidence.no_line", at, kind=self.dossier.pack.kinds[kind].title,
            paths="、".join(f"“{path}”" for path in loose[:_MOST_NAMED]) + more,
            lines="、".join(self._read[kind]),
        )  # fmt: skip

    def _named(self, line: Line, *, proving: bool = False) -> Iterator[str]:
        """Yield the evidence of records that name the line themselves (工作材料, 主观评判), whatever was counted.

        With ``proving`` only of kinds whose evidence proves anything: the minutes of a decision do not.
        """
        kinds = self.dossier.pack.kinds
        for table in self.dossier.tables.values():
            if "line" in table.columns and "evidence" in table.columns and (kinds[table.kind].proves or not proving):
                for row, name in enumerate(table.columns["line"]):
                    if name == line.id:
                        yield from table.record(row).evidence


def _hung(tally: Tally, ids: Iterable[str]) -> Iterator[str]:
    """Yield the evidence that hangs on the records ``ids`` of a tally."""
    if tally.proofs:
        for id_ in ids:
            yield from tally.proofs.get(id_, ())


def _fits(line: Line, file: EvidenceFile) -> bool:
    """Whether the file is of a type that the line's 依据 names; one that names none takes any."""
    return not line.accepts or file.type in line.accepts


def _shows(file: EvidenceFile) -> bool:
    """Whether there is anything to see in the file: an empty or damaged one proves nothing.

    A file of a kind that can't stand in the bundle yet (Word …) can still be opened by whoever gets it.
    """
    return file.size > 0 and not (file.verdict is Verdict.SLIP_SHEET and file.media)
