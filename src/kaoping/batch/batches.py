"""All units below a folder, one after the other or on a cluster: what came of each is kept, and put side by side.

A unit whose package stands as it was built, of what its folder still holds, is not touched: a batch that was stopped
goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from kaoping.batch._circular import circular
from kaoping.batch._forecast import forecast
from kaoping.batch._same_photos import same_photos
from kaoping.batch._summary import summary
from kaoping.batch._summary_sheet import summary_sheet
from kaoping.batch._unit_folders import SUMMARY, UnitFolders, units_below
from kaoping.batch._unit_state import package_stamp, program_digest, state_of
from kaoping.batch._unit_task import BUILT, SCHEMA, Outcome, build_unit, judge_files, tidily, units_in_a_row
from kaoping.core import fs, lock
from kaoping.core.delivery import delivering
from kaoping.core.errors import KaopingError, refused, why_not_written
from kaoping.core.file_names import portable
from kaoping.core.findings import Finding, Findings
from kaoping.core.model import DRAFT, FINAL, Location
from kaoping.package.manifest import to_bytes
from kaoping.pipeline.assessment import Progress
from kaoping.pipeline.evidence_shares import counting_work, evidence_shares, measured_rates

SHEET, DOCUMENT = "汇总表.xlsx", "汇总表.json"  # in 汇总/
CIRCULAR = "通报稿{mark}.docx"  # one for each group of units that can be compared
_CIRCULARS, _NEWER = "通报稿.json", "新数据的"  # the digests of those as they were generated; beside one that stays
_SAME_PHOTOS = "同一张照片.json"  # which of the units' photos are one shot
_MADE = "汇总.json"  # of what the files of the summary were made, and their digests
_LOCK = ".正在做的.lock"  # held for as long as a batch is at work; also by one that only writes drafts
OUTCOMES = "各单位"  # below it: what came of each unit, form by form

#: Builds units: given their names, yields each with what came of it, as they end.
Runner = Callable[[Sequence[str]], Iterator[tuple[str, Outcome]]]
#: Told of each unit as it ends: its name, what came of it, whether it stands as it was, how many are done, of how many.
OnUnit = Callable[[str, Outcome, bool, int, int], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of all units, by their paths below the folder; the summary's files, where one was made."""

    outcomes: Mapping[str, Outcome]
    findings: Findings
    paths: tuple[Path, ...] = ()
    untouched: tuple[str, ...] = field(default=())

    @property
    def exit_status(self) -> int:
        """The worst of the units' exit statuses, and 1 where the batch itself has an error."""
        return max([int(bool(self.findings.errors)), *(int(its["exit"]) for its in self.outcomes.values())])


def run_batch(
    folder: Path,
    *,
    final: bool = False,
    only: Sequence[str] = (),
    follow_links: bool = False,
    workers: int = 0,
    scheduler: str = "",
    on_unit: OnUnit | None = None,
    progress: Progress | None = None,
    on_finding: Callable[[Finding], None] | None = None,
) -> Batch:
    """Build every unit below ``folder``, and the summary of all in 汇总/; with ``only``, single drafts and no summary.

    One after the other in this process, or by ``workers`` processes, or by those of the Dask ``scheduler`` at that
    address. ``progress`` is told the steps within a unit that is built in this process, ``on_unit`` each unit's end,
    ``on_finding`` at once of what keeps all of them waiting, which stands in the batch's findings too.

    Raises KaopingError where there is no unit, another batch is at work there, no cluster can be had, or the summary
    can't be written.
    """
    units = _units(folder)
    findings, outcomes = units.findings, dict[str, Outcome]()
    form = FINAL if final else DRAFT
    kept = {} if only else _kept(folder, form, units.names)
    untouched = _untouched(folder, kept, final=final, follow_links=follow_links)

    def ends(name: str, outcome: Outcome, *, stood: bool) -> None:
        outcomes[name] = outcome
        if on_unit is not None:
            on_unit(name, outcome, stood, len(outcomes), len(units.names))

    def tell(finding: Finding) -> None:
        findings.extend([finding])
        if on_finding is not None:
            on_finding(finding)

    for name in untouched:
        ends(name, kept[name], stood=True)
    rest = [name for name in units.names if name not in untouched]
    task = partial(build_unit, final=final, only=tuple(only), follow_links=follow_links)
    with ExitStack() as stack:
        stack.enter_context(_alone(folder))
        stack.enter_context(units_in_a_row())
        run = _one_by_one(folder, task, progress)
        if rest and (workers or scheduler):
            from kaoping.batch._cluster import on_cluster

            judge = partial(judge_files, follow_links=follow_links)
            shares = partial(evidence_shares, rates=measured_rates(), follow_links=follow_links)
            run = stack.enter_context(on_cluster(folder, task, judge, shares, workers, scheduler, tell))
        for name, outcome in run(rest):
            if not only:
                _keep(folder, form, name, outcome, findings)
            if outcome.get("program", program_digest()) != program_digest():
                findings.add("batch.other_program", Location(name), name=name)
            ends(name, outcome, stood=False)
    in_order = {name: outcomes[name] for name in units.names}
    if only:
        return Batch(in_order, findings)
    photos = same_photos(in_order, folder / SUMMARY / OUTCOMES / _SAME_PHOTOS)
    document = summary(in_order, form, photos)
    _tell_same(in_order, findings)
    findings.extend(photos)
    return Batch(in_order, findings, _summed_up(folder, document, in_order, findings), untouched)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other batches out of ``folder``: each would take the other's units for busy ones, and say so in 汇总/."""
    place = folder / SUMMARY
    with delivering(place):
        fs.mkdir(place)
        stack = ExitStack()
        hold = stack.enter_context(lock.held(place / _LOCK))
    with stack:
        if not hold.free:
            holder = f"（{hold.holder}）" if hold.holder else ""
            raise refused("batch.under_way", Location(SUMMARY), name=folder.name, holder=holder)
        yield


def batch_forecast(folder: Path, *, final: bool = False, follow_links: bool = False) -> tuple[dict[str, Any], Findings]:
    """Return how much :func:`run_batch` would have to do (``kaoping.batch-forecast/1``), and what was not entered.

    Nothing is built, and no file of evidence opened: what the store of verdicts knows is counted, the rest estimated.
    Raises KaopingError where there is no unit.
    """
    units = _units(folder)
    form = FINAL if final else DRAFT
    kept = _kept(folder, form, units.names)
    untouched = _untouched(folder, kept, final=final, follow_links=follow_links)
    with counting_work() as (work_of, rates):
        work = partial(work_of, follow_links=follow_links)
        return forecast(folder, units.names, untouched, form, work, rates), units.findings


def _units(folder: Path) -> UnitFolders:
    units = units_below(folder)
    if not units.names:
        raise KaopingError([*units.findings, *refused("batch.no_units", Location(folder.name)).findings])
    return units


def _untouched(folder: Path, kept: Mapping[str, Outcome], *, final: bool, follow_links: bool) -> tuple[str, ...]:
    return tuple(
        name for name, its in kept.items() if _stands(folder / name, its, final=final, follow_links=follow_links)
    )


def _one_by_one(folder: Path, task: Callable[..., Outcome], progress: Progress | None) -> Runner:
    def run(names: Sequence[str]) -> Iterator[tuple[str, Outcome]]:
        for name in names:
            yield name, tidily(task, str(folder / name), progress=progress)

    return run


def _stands(unit: Path, outcome: Outcome, *, final: bool, follow_links: bool) -> bool:
    """Whether the unit's package is what would be built now."""
    its = outcome.get("package")
    if outcome.get("status") != BUILT or not its or outcome.get("may_change", True):
        return False
    try:
        if package_stamp(unit / str(its["folder"])) != its["stamp"]:
            return False
        return bool(state_of(unit, final=final, follow_links=follow_links) == outcome.get("state"))
    except (OSError, KaopingError):
        return False


def _place(folder: Path, form: str, name: str) -> Path:
    """Where what came of a unit is kept: a name that people know, and that no two units share."""
    digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:8]
    return folder / SUMMARY / OUTCOMES / form / f"{portable(name.replace('/', '_'))[-60:]}-{digest}.json"


def _kept(folder: Path, form: str, names: Iterable[str]) -> dict[str, Outcome]:
    """Return what came of each unit when it was last built; nothing for one of which that can't be read."""
    kept: dict[str, Outcome] = {}
    for name in names:
        try:
            outcome = json.loads(fs.read(_place(folder, form, name)))
        except (OSError, ValueError):
            continue
        if isinstance(outcome, dict) and outcome.get("schema") == SCHEMA and outcome.get("folder") == name:
            kept[name] = outcome
    return kept


def _keep(folder: Path, form: str, name: str, outcome: Outcome, findings: Findings) -> None:
    path = _place(folder, form, name)
    try:
        fs.mkdir(path.parent)
        fs.write_whole(path, to_bytes({"folder": name, **outcome}))
    except OSError as error:  # the package stands; the next run builds it once more
        findings.add("batch.not_kept", Location(name), name=name, why=why_not_written(error))


def _tell_same(outcomes: Mapping[str, Outcome], findings: Findings) -> None:
    """Tell which folders say that they are the same unit in the same year: it would be ranked against itself."""
    folders: dict[tuple[str, ...], list[str]] = {}
    for name, outcome in outcomes.items():
        if card := outcome.get("scorecard"):
            folders.setdefault((card["unit"], str(card["year"]), card["rubric"]), []).append(name)
    for (unit, *_), names in folders.items():
        if len(names) > 1:
            findings.add("batch.same_unit", Location(names[1]), unit=unit, listed="、".join(names))


def _summed_up(
    folder: Path, document: Mapping[str, Any], outcomes: Mapping[str, Outcome], findings: Findings
) -> tuple[Path, ...]:
    """Write what is made of all units, where it does not stand there as it was made of the same."""
    summed = to_bytes(document)
    states = [outcome.get("state") for outcome in outcomes.values()]  # packs, whose words the circulars are, among it
    made_of = hashlib.sha256(to_bytes({"program": program_digest(), "states": states}) + summed).hexdigest()
    kept_at, paths = folder / SUMMARY / OUTCOMES / _MADE, tuple(folder / SUMMARY / name for name in (DOCUMENT, SHEET))
    if _is_made_of(made_of, folder / SUMMARY, kept_at):
        return paths
    before = len(findings)
    circulars = _write_circulars(folder, document, findings)
    _written(folder / SUMMARY, {DOCUMENT: summed, SHEET: summary_sheet(document)})
    if len(findings) == before:  # else the next run tells it anew
        files = {path.name: fs.sha256(path) for path in (*circulars, *paths)}
        _written(kept_at.parent, {kept_at.name: to_bytes({"made_of": made_of, "files": files})})
    return paths


def _is_made_of(digest: str, folder: Path, kept_at: Path) -> bool:
    """Whether each file of the summary in ``folder`` is the one that was made of what ``digest`` stands for."""
    try:
        kept = json.loads(fs.read(kept_at))
        return kept["made_of"] == digest and all(fs.sha256(folder / name) == its for name, its in kept["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _write_circulars(folder: Path, document: Mapping[str, Any], findings: Findings) -> list[Path]:
    """Write a circular for each group beside the summary; one that somebody has worked on since stays as it is."""
    paths: list[Path] = []
    kept_at = folder / SUMMARY / OUTCOMES / _CIRCULARS
    try:
        generated = dict(json.loads(fs.read(kept_at)))
    except (OSError, ValueError):
        generated = {}
    groups = document["groups"]
    for number, group in enumerate(groups, 1):
        name = CIRCULAR.format(mark=f"（{number}）" if len(groups) > 1 else "")
        try:
            content = circular(document, group, folder)
        except KaopingError as error:  # a pack's own template: the summary stands without it
            findings.extend(error.findings)
            continue
        path = folder / SUMMARY / name
        if path.is_file() and fs.sha256(path) != generated.get(name):
            if fs.read(path) == content:
                paths.append(path)
                continue
            findings.add("batch.circular_kept", Location(f"{SUMMARY}/{name}"), name=name, other=_NEWER + name)
            name = _NEWER + name
        paths += _written(folder / SUMMARY, {name: content})
        generated[name] = hashlib.sha256(content).hexdigest()
    _written(kept_at.parent, {kept_at.name: to_bytes(generated)})
    return paths


def _written(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write ``files`` into ``folder`` where other ones stand there. Raises DeliveryError for the disk."""
    for name, content in files.items():
        path = folder / name
        with delivering(path):
            fs.mkdir(folder)
            if not path.is_file() or fs.read(path) != content:
                fs.write_whole(path, content)
    return tuple(folder / name for name in files)
