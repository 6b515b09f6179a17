"""Whatever lies under 材料/: one verdict each, no hang over its limit, no process left, and a bundle all the same."""

from __future__ import annotations

import errno
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundles import pdf, surveyed
from examples import examples, sampled
from hostile_evidence import write_all
from kaoping import api
from kaoping.core.model import EvidenceFile, Verdict
from kaoping.evidence import survey as room
from kaoping.evidence import workers
from kaoping.evidence.workers import Budget, Job, Outcome
from units import good_unit

pytestmark = pytest.mark.slow  # what it takes to look through a folder of hostile files; test_fuzz samples them


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[api.Built, list[str]]:
    """The package of a unit with all of them among its evidence, and their names."""
    unit = good_unit(tmp_path_factory.mktemp("敌意") / "甲市")
    names = write_all(unit / "材料/敌意")
    return api.build(unit), names


@pytest.fixture(scope="module")
def judged(built: tuple[api.Built, list[str]]) -> dict[str, EvidenceFile]:
    files = built[0].assessment.dossier.evidence
    found = {name.removeprefix("敌意/"): file for name, file in files.items() if name.startswith("敌意/")}
    assert {name for name in found if "/" not in name} == set(built[1])
    return found


def test_every_file_has_one_verdict_with_a_reason_or_pages(judged: dict[str, EvidenceFile]) -> None:
    for name, file in judged.items():
        assert file.sha256, name
        if file.verdict is Verdict.SLIP_SHEET:
            assert file.why.endswith("。") and file.sheets is None and file.pages == 1, name
        elif file.verdict is Verdict.UNPACKED:
            assert file.members and file.sheets is None, name
        else:
            assert file.sheets is not None and file.pages >= 1 and not file.why, name
    assert judged["sound.pdf"].verdict is Verdict.READY and judged["sound.jpg"].verdict is Verdict.CONVERTED


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("empty.pdf", "空的"),
        ("no-pages.pdf", "一页也没有"),
        ("bomb.zip", "压缩炸弹"),
        ("many.zip", "超过2000个"),
        ("locked.zip", "密码"),
        ("link.zip", "链接"),
        ("big.png", "超出常理"),
        ("short.png", "不完整"),
        ("long.txt", "太长"),
        ("wide.csv", "太长"),
        ("cut50.pdf", "PDF"),
    ],
)
def test_the_reason_is_the_right_one(judged: dict[str, EvidenceFile], name: str, says: str) -> None:
    assert judged[name].verdict is Verdict.SLIP_SHEET and says in judged[name].why


def test_members_never_leave_their_zip(judged: dict[str, EvidenceFile]) -> None:
    assert sorted(name for name in judged if name.startswith("ways.zip/")) == [
        "ways.zip/A（3）.TXT", "ways.zip/C：/c.txt", "ways.zip/a.txt", "ways.zip/a（2）.txt", "ways.zip/b.txt",
    ]  # fmt: skip


def test_no_process_is_left(judged: dict[str, EvidenceFile]) -> None:
    assert judged
    time.sleep(0.2)
    left = [" ".join(child.cmdline()) for child in psutil.Process().children(recursive=True)]
    assert not [line for line in left if "kaoping.evidence.workers" in line or "soffice" in line]


def test_all_of_it_makes_a_bundle_that_adds_up(built: tuple[api.Built, list[str]]) -> None:
    made, names = built
    pieces = {piece.evidence.path for piece in made.assessment.plan.pieces}
    assert {f"敌意/{name}" for name in names} <= pieces
    findings = api.verify(made.package)
    assert findings.errors == [] and not [f for f in findings if f.code.endswith("_failed")]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有打开文件数的限额（RLIMIT_NOFILE）")
@pytest.mark.parametrize(("files", "limit"), sampled(1, [(210, 205), (300, 256)]))
def test_more_files_than_may_be_open_at_a_time(tmp_path: Path, files: int, limit: int) -> None:
    """From 200 on qpdf opens and closes them one after the other, and so do we."""
    unit = good_unit(tmp_path / "县")
    for number in range(files):
        pdf(unit / "材料" / "多" / f"{number:03}.pdf", [f"page {number}"])
    child = f"""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({limit}, {limit}))
from kaoping.cli.main import main
main()
"""
    ran = subprocess.run([sys.executable, "-c", child, "build", str(unit)], capture_output=True, timeout=120)
    assert ran.returncode == 0, ran.stderr.decode()
    assert not api.verify(unit / "成果" / "送审稿").errors


def test_a_job_over_its_limit_is_stopped_and_the_next_one_is_done() -> None:
    jobs = [
        Job("time:sleep", {}, 5),
        Job("subprocess:call", {"args": ["sleep", "30"]}, 0.05),
        Job("os:abort", {}, 5),
        Job("builtins:bytearray", {}, 5),
        Job("os:getpid", {}, 5),
    ]
    start = time.monotonic()
    found = workers.run(jobs, memory=1_000_000_000)
    assert [outcome.failure for outcome in found] == ["error", "time", "crash", "error", ""]
    assert time.monotonic() - start < 15, "ten times the time that a job has, not the 30 s that it wants"


#: Arguments that keep :func:`re.match` busy for years.
ENDLESS = {"pattern": "(a+)+$", "string": "a" * 64 + "b"}


def test_a_job_has_its_time_of_the_processor_whatever_else_the_computer_does() -> None:
    """Somebody who waits for others is not slow; somebody who counts for ever is."""
    waiting = Job("subprocess:call", {"args": ["sleep", "0.6"]}, 0.2)
    endless = Job("re:match", ENDLESS, 0.2)
    waited, stopped = workers.run([waiting, endless], memory=1_000_000_000)
    assert (waited.failure, stopped.failure) == ("", "time")
    assert waited.seconds < 0.2 <= stopped.seconds < 2


def test_once_all_time_is_used_up_nothing_more_is_begun() -> None:
    budget = Budget(0.2)
    jobs = [Job("re:match", ENDLESS, 0.3), *[Job("os:getpid", {}, 5)] * 9]
    done: list[int] = []
    found = workers.run(jobs, memory=1_000_000_000, budget=budget, on_done=lambda index, _: done.append(index))
    assert found[0].failure == "time" and budget.left < 0 and sorted(done) == list(range(10))
    [never] = workers.run(jobs[1:2], memory=1_000_000_000, budget=budget)
    assert never.failure == "budget"


def test_what_a_survey_has_no_time_for_is_told_and_looked_at_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf(tmp_path / "a.pdf", ["not reached in time"])
    with monkeypatch.context() as patch:
        patch.setattr(room, "_SECONDS_FOR_ALL", 0.0)
        late = surveyed(tmp_path)["a.pdf"]
        assert late.verdict is Verdict.SLIP_SHEET and "再运行一次" in late.why
    assert surveyed(tmp_path)["a.pdf"].verdict is Verdict.READY


def test_a_job_that_eats_memory_is_stopped() -> None:
    hungry = Job("json:loads", {"s": "[" + "[1]," * 30_000_000 + "1]"}, 60)
    [found] = workers.run([hungry], memory=250_000_000)
    assert found.failure == "memory"


def test_a_verdict_on_failure_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf(tmp_path / "材料/a.pdf", ["judged without memory"])  # no other test's: verdicts are kept by content
    with monkeypatch.context() as patch:
        patch.setattr(room, "MEMORY", 1)
        found = surveyed(tmp_path / "材料")["a.pdf"]
        assert found.verdict is Verdict.SLIP_SHEET and "内存" in found.why
    assert surveyed(tmp_path / "材料")["a.pdf"].verdict is Verdict.READY


def test_what_the_machine_did_is_not_held_against_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A virus scanner holds the file just while its judge opens it."""
    pdf(tmp_path / "材料/a.pdf", ["held by a scanner"])  # no other test's: verdicts are kept by content
    held = Outcome(failure="error", detail="PermissionError", errno=errno.EACCES)
    with monkeypatch.context() as patch:
        patch.setattr(workers, "run", lambda jobs, **_: [held for _ in jobs])
        found = surveyed(tmp_path / "材料")["a.pdf"]
        assert found.verdict is Verdict.SLIP_SHEET and "占用" in found.why and "损坏" not in found.why
    assert surveyed(tmp_path / "材料")["a.pdf"].verdict is Verdict.READY


def test_an_error_of_the_system_keeps_its_number() -> None:
    [found] = workers.run([Job("os:listdir", {"path": "/没有这里"}, 5)], memory=1_000_000_000)
    assert (found.failure, found.errno) == ("error", errno.ENOENT)


@settings(max_examples=examples(25))
@given(cut=st.floats(0.05, 1), flips=st.integers(0, 60), seed=st.integers(0, 10_000))
def test_any_damage_to_a_pdf_is_a_verdict(
    tmp_path_factory: pytest.TempPathFactory, cut: float, flips: int, seed: int
) -> None:
    """In this process, for speed: an exception would be the end of it."""
    from hostile_evidence import _flipped, _plain
    from kaoping.evidence._judge import judge

    folder = tmp_path_factory.mktemp("损坏")
    whole = _plain(2)
    (folder / "a.pdf").write_bytes(_flipped(whole[: max(20, int(len(whole) * cut))], seed, flips))
    found = judge(str(folder / "a.pdf"), str(folder), {})
    assert (found["facts"] is None) == (found["verdict"] == "slip_sheet")
