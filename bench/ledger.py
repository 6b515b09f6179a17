"""A ledger of 100,000 inspections × 15 columns: read, validated and counted, against calamine reading the file alone.

Run: ``python bench/ledger.py [rows]``. Each measurement is a process of its own, and so is its memory. Prints a
Markdown table for bench/README.md. The file is as offices export them: a title row, headings of their own, dates as
dates and some as text, venues by name here and there, a subtotal at the end of each month.
"""

from __future__ import annotations

import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

RUNS = 3
ROWS, VENUES = 100_000, 5_000
HEADS = [
    "检查编号", "被检查单位", "检查日期", "检查类型", "检查人员", "检查结果", "单位地址", "法定代表人", "联系电话",
    "是否立案", "整改情况", "检查用时（分）", "经度", "纬度", "备注",
]  # fmt: skip
ALONE = """
from python_calamine import CalamineWorkbook
rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
steps["read"] = time.perf_counter() - start
said["rows"] = len(rows)
"""
OURS = """
from kaoping.core.findings import Findings
from kaoping.records import validate
from kaoping.records.readers.sources import open_sources, pack_of, read_sources
from kaoping.records.readers.uncollected import uncollected
from kaoping.rubric.load import load
findings, folder = Findings(), Path(sys.argv[1])
with uncollected():  # as intake does
    source = open_sources(folder, findings)
    pack = pack_of(source, findings)
    raws = read_sources(source, pack.kinds, findings).tables
    steps["read"] = time.perf_counter() - start
    tables = {name: validate.typed(raw, pack.kinds[name], findings) for name, raw in raws.items()}
    unit = tables["unit"].record(0)
    span = validate.Span.of(unit.values, pack.vocabulary.unit, 2017)
    tables = validate.check_dates(tables, raws, pack.kinds, span, findings)
    tables = validate.check_references(tables, raws, pack.kinds, findings)
steps["validate"] = time.perf_counter() - start - steps["read"]
from kaoping.core.model import Dossier
dossier = Dossier(folder, unit, 2017, "设区市", tables, {}, pack)
rubric = load(pack)
from kaoping.scoring import score
score(rubric, dossier, findings, only={"28"})
steps["count"] = time.perf_counter() - start - steps["read"] - steps["validate"]
said["rows"] = len(tables["inspection"])
said["errors"] = len(findings.errors)
"""
FRAME = """
import json, sys, time
from pathlib import Path
steps, said = {}, {}
start, used = time.perf_counter(), time.process_time()
BODY
lines = Path("/proc/self/status").read_text().splitlines()
peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
print(json.dumps(said | {"steps": steps, "peak": peak / 1024, "processor": time.process_time() - used}))
"""


def make_unit(folder: Path, rows: int) -> Path:
    """Make a unit with an imported ledger in ``folder``; return the ledger's file."""
    records, ledgers = folder / "records", folder / "外部台账"
    records.mkdir(parents=True)
    ledgers.mkdir()
    unit = "id: U\nname: 甲市支队\nregion: 甲市\nlevel: 设区市\nyear: 2017\n"
    (records / "unit.yaml").write_text(unit, encoding="utf-8")
    venues = (
        f"- {{id: C{n:05}, name: 甲市第{n}网吧, category: 上网服务, operation: 全年营业}}\n" for n in range(VENUES)
    )
    (records / "venues.yaml").write_text("".join(venues), encoding="utf-8")
    ledger = folder / "检查台账.xlsx"
    write_ledger(ledger, rows)
    subprocess.run(
        ["kaoping", "import", str(ledger), "--as", "inspection", "--unit", str(folder)],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return ledger


def write_ledger(path: Path, rows: int) -> None:
    """Write the ledger, the same for the same number of ``rows``."""
    chance = random.Random(20171231)
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("检查台账")
    day_format = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range(0, 0, 0, len(HEADS) - 1, "2017年度文化市场日常检查台账")
    sheet.write_row(1, 0, HEADS)
    at, month = 2, 1
    for number in range(rows):
        day = date(2017, 1, 1) + timedelta(days=number * 365 // rows)
        if day.month != month:
            sheet.write_string(at, 0, "小计")
            at, month = at + 1, day.month
        venue = chance.randrange(VENUES)
        sheet.write_string(at, 0, f"JC{number:06}")
        sheet.write_string(at, 1, f"甲市第{venue}网吧" if number % 4 == 0 else f"C{venue:05}")
        if number % 10:
            sheet.write_datetime(at, 2, day, day_format)
        else:
            sheet.write_string(at, 2, f"{day.year}年{day.month}月{day.day}日")
        sheet.write_string(at, 3, chance.choice(["日常检查", "双随机", "专项检查"]))
        sheet.write_string(at, 4, chance.choice(["林晓岚、邵启衡", "柳静川、高屿", "顾之远、沈芷言"]))
        sheet.write_string(at, 5, chance.choice(["未发现问题", "责令改正", "已立案"]))
        sheet.write_string(at, 6, f"甲市某路{venue}号")
        sheet.write_string(at, 7, f"某{venue % 97}")
        sheet.write_string(at, 8, f"0000-{venue:07}")
        sheet.write_string(at, 9, "否" if number % 50 else "是")
        sheet.write_string(at, 10, "" if number % 3 else "已整改")
        sheet.write_number(at, 11, chance.randrange(10, 90))
        sheet.write_number(at, 12, 120 + venue / 10_000)
        sheet.write_number(at, 13, 30 + venue / 10_000)
        sheet.write_string(at, 14, f"说明{number % 997}")
        at += 1
    book.close()


def measure(body: str, path: Path) -> list[dict[str, object]]:
    """Run ``body`` on ``path`` RUNS times, after one to warm the caches; return what each run said."""
    code = FRAME.replace("BODY", body)
    runs = []
    for _ in range(RUNS + 1):
        run = subprocess.run([sys.executable, "-c", code, str(path)], check=True, stdout=subprocess.PIPE)
        runs.append(json.loads(run.stdout))
    return runs[1:]


def median(runs: list[dict[str, object]], step: str = "") -> float:
    """Return the median seconds of ``step``, of the whole where none is named."""
    steps = [run["steps"] for run in runs]
    return statistics.median(s[step] if step else sum(s.values()) for s in steps if isinstance(s, dict))


def main(rows: int = ROWS) -> None:
    """Measure and print."""
    if shutil.which("kaoping") is None:
        sys.exit("install kaoping first")
    with tempfile.TemporaryDirectory() as folder:
        unit = Path(folder, "unit")
        ledger = make_unit(unit, rows)
        alone, ours = measure(ALONE, ledger), measure(OURS, unit)
    assert ours[0]["rows"] == rows, ours[0]
    base, whole = median(alone), median(ours)
    print(f"{rows:,} rows × {len(HEADS)} columns; {ours[0]['errors']} errors found.\n")
    print("| what | seconds | × calamine | processor seconds | × calamine | peak MB |\n|---|---|---|---|---|---|")
    peaks = [max(float(str(run["peak"])) for run in runs) for runs in (alone, ours)]
    used = [statistics.median(float(str(run["processor"])) for run in runs) for runs in (alone, ours)]
    print(f"| calamine alone | {base:.2f} | 1.0 | {used[0]:.2f} | 1.0 | {peaks[0]:.0f} |")
    more = f"{used[1]:.2f} | {used[1] / used[0]:.2f} | {peaks[1]:.0f}"
    print(f"| read, validated, counted | {whole:.2f} | {whole / base:.2f} | {more} |")
    for step, words in (("read", "of that: read"), ("validate", "validated"), ("count", "counted")):
        print(f"| {words} | {median(ours, step):.2f} | {median(ours, step) / base:.2f} | | | |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
