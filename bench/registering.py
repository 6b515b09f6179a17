"""What kaoping proposes for papers (登记建议) against what a reader knows of them.

``python -m bench.papers --out DIR`` makes the papers, ``python -m bench.registering [--show] [--read] DIR`` puts them
into an empty unit under names that say nothing, has them proposed, and counts for each field: right, left blank where
there is something, wrong. A wrong value is worse than none. Text and scans are counted apart; with ``--read`` scans are
read first (an engine takes five to ten processor seconds a page).

``python -m bench.registering --unit samples/city-2017`` takes all registrations of a unit away, has its files proposed
anew and counts the cells that a clerk would still have to type: those left blank, and those to be put right. With
``--truth bench/clerk_papers.yaml samples/clerk-2017`` what is right was written by hand, the unit having registered
next to nothing.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from kaoping import api
from kaoping.core import engine, packs
from kaoping.records.entry import Register

_UNIT = """\
id: U
name: 栖川市文化市场综合执法支队
region: 栖川市
level: 设区市
year: 2017
submit_date: 2017-12-22
"""
FIELDS = ("type", "title", "doc_no", "issuer", "date", "lines", "lines, the first three", "edition", "figure")
_IN_WORDS = {"edition": re.compile("版次：([^；]*)"), "figure": re.compile("数字：([^；]*)")}
REGISTERED = ("type", "title", "doc_no", "issuer", "date")
_SPACES = re.compile(r"\s+")


def proposals(files: Mapping[str, Path], *, read: bool = False) -> dict[str, api.Proposal]:
    """Return what is proposed for ``files``, by the names that they are given in a unit of their own."""
    with TemporaryDirectory() as folder:
        unit = Path(folder) / "单位"
        (unit / "records").mkdir(parents=True)
        (unit / "材料").mkdir()
        (unit / "records" / "unit.yaml").write_text(_UNIT, encoding="utf-8")
        for name, path in files.items():
            shutil.copyfile(path, unit / "材料" / name)
        if read:
            api.read_scans(unit)
        with api.Session(unit) as session:
            session.propose(session.assess(), every=True)
            return {its.path: its for its in api.proposals(session.assess().dossier.tables)}


def judged(folder: Path, *, read: bool = False) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (medium, field, right/blank/wrong/none, path, what was proposed and what is true) for the papers there."""
    truths: dict[str, dict[str, Any]] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    names = {f"{number:04d}{Path(path).suffix}": path for number, path in enumerate(truths)}
    proposed = proposals({name: folder / path for name, path in names.items()}, read=read)
    for name, path in names.items():
        truth, its = truths[path], proposed.get(name)
        for field in FIELDS:
            value = _said(its, field) if its is not None else ""
            outcome = _outcome(field, value, truth)
            yield truth["medium"], field, outcome, path, f"{value!r} ≠ {_true(field, truth)!r}"


def _said(its: api.Proposal, field: str) -> Any:
    """What is proposed for a field; for what has none, what its words say."""
    if field in _IN_WORDS:
        match = _IN_WORDS[field].search(its.words)
        return match[1] if match else ""
    return getattr(its, field.partition(",")[0])


def _true(field: str, truth: Mapping[str, Any]) -> Any:
    return truth[{"type": "kind"}.get(field, field.partition(",")[0])]


def _outcome(field: str, value: Any, truth: Mapping[str, Any]) -> str:
    """right, wrong, blank (there was something to say), none (there was nothing, and nothing was said)."""
    true = _true(field, truth)
    if not value:
        return "blank" if true else "none"
    if field == "type":
        return "right" if value in {_type_titles()[kind] for kind in true} else "wrong"
    if field == "lines":  # the most likely stands first
        return "right" if value[0] in true else "wrong"
    if field == "lines, the first three":
        return "right" if set(value[:3]) & set(true) else "wrong"
    if field == "issuer":  # of several, all, or the first
        said = _plain(value)
        passes = {*map(_plain, truth.get("also", ())), _plain("".join(true)), _plain(true[0])} if true else set()
        return "right" if said in passes else "wrong"
    return "right" if true is not None and _plain(value) == _plain(true) else "wrong"


def _plain(text: str) -> str:
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", text))
    return plain.translate(str.maketrans("〔〕【】“”、；;", '[][]""   ')).replace(" ", "")


@cache
def _type_titles() -> Mapping[str, str]:
    return {id_: kind.title for id_, kind in packs.named("culture-2017", Path()).vocabulary.evidence_types.items()}


def typed(folder: Path, truth: Path | None = None, *, read: bool = False) -> Iterator[tuple[str, str, str, str]]:
    """Yield (field, right/blank/wrong/none, path, what was proposed and what is true) for a unit's files.

    True is what the unit registered, or what ``truth`` says: path → a value for each field, or several that pass.
    """
    with TemporaryDirectory() as place:
        unit = Path(place) / "单位"
        shutil.copytree(folder, unit)
        with api.Session(unit) as session:
            registered = engine.registered(session.assess().dossier.tables)
            true = {its.path: [[its.stated.get(field, "")] for field in REGISTERED] for its in registered}
        if truth is not None:
            written = yaml.safe_load(truth.read_text(encoding="utf-8")).items()
            true = {path: [its if isinstance(its, list) else [str(its)] for its in row] for path, row in written}
        with api.Session(unit) as session:
            dossier = session.assess().dossier
            kind, records = dossier.pack.kinds[engine.EVIDENCE], dossier.tables.get(engine.EVIDENCE) or ()
            its_register = Register(dossier.folder, dossier.pack.kinds, kind, "", "")
            its_register.take_out([(record.id, record.at) for record in records])
        if read:
            api.read_scans(unit)
        with api.Session(unit) as session:
            session.propose(session.assess(), every=True)
            proposed = {its.path: its for its in api.proposals(session.assess().dossier.tables)}
    for path, row in true.items():
        for field, passing in zip(REGISTERED, row, strict=True):
            its = str(getattr(proposed.get(path), field, "") or "")
            same = any(_plain(its) == _plain(each) for each in passing)
            outcome = ("right" if its else "none") if same else "wrong" if its else "blank"
            yield field, outcome, path, f"{its!r} ≠ {passing!r}"


def _print_typed(folder: Path, truth: Path | None, *, read: bool, show: bool) -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for field, outcome, path, words in typed(folder, truth, read=read):
        counts[field][outcome] += 1
        if show and outcome in ("wrong", "blank"):
            print(f"{outcome} {field} {path}: {words}", file=sys.stderr)
    print("| cell | typed without proposals | proposed right | blank | wrong | still typed |")
    print("|---|---|---|---|---|---|")
    counts["all"] = sum(counts.values(), Counter())
    for field, count in counts.items():
        asked, left = count["right"] + count["blank"] + count["wrong"], count["blank"] + count["wrong"]
        print(f"| {field} | {asked} | {count['right']} | {count['blank']} | {count['wrong']} | {left} |")


def main() -> int:
    """Measure and print."""
    folder, show, read = Path(sys.argv[-1]), "--show" in sys.argv, "--read" in sys.argv
    if "--unit" in sys.argv:
        truth = Path(sys.argv[sys.argv.index("--truth") + 1]) if "--truth" in sys.argv else None
        _print_typed(folder, truth, read=read, show=show)
        return 0
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for medium, field, outcome, path, words in judged(folder, read=read):
        counts[medium, field][outcome] += 1
        if show and outcome in ("wrong", "blank"):
            print(f"{outcome} {field} {path}: {words}", file=sys.stderr)
    print("| medium | field | asked | right | blank | wrong |")
    print("|---|---|---|---|---|---|")
    for (medium, field), count in sorted(counts.items()):
        asked = sum(count.values()) - count["none"]
        print(f"| {medium} | {field} | {asked} | {count['right']} | {count['blank']} | {count['wrong']} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
