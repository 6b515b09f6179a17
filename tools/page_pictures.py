"""Takes the pictures of the local page that stand in the guide: each of its views, at the two sizes of clerks' screens.

Run `python tools/page_pictures.py` (Playwright and Chromium, as for the tests: `pip install '.[browser]'`). It lays the
sample out in a temporary folder, works on it as a clerk does (a training comes in late, a sentence is changed in Word,
a ledger is chosen, a circular lies in 材料 that nobody registered), serves it, and writes docs/pictures/page-*.png.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import docx
import openpyxl
import yaml
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from kaoping import api

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
SIZES = ((1366, 768), (1920, 1080))
#: What is shown at which address of the sample.
VIEWS = {
    "overview": "/",
    "line": "/lines/26",
    "records": "/records/case",
    "record": "/records/meeting?new=1",
    "versions": "/records/-/versions",
    "paste": "/records/training/-/paste",
    "import": "/records/-/import",
    "evidence": "/evidence",
    "proposals": "/evidence/proposals",
    "kept": "/evidence/kept",
    "file": "/evidence/file/日常/双随机一公开实施细则.pdf",
    "reading": "/evidence/reading",
    "build": "/build",
    "look": "/build/look",
    "compare": "/build/compare",
    "edits": "/build/edits",
    "tools": "/build/tools",
    "settings": "/settings",
}
#: The views of the start page, which has an address of its own.
START = {"start": "/", "folders": "/folders"}
#: The sample's year is 2017: its deadlines lie ahead on the day that it was made for.
_SERVED = """
import datetime, sys
class Day(datetime.date):
    @classmethod
    def today(cls):
        return cls(2017, 12, 15)
datetime.date = Day
from kaoping.cli.main import main
main(["serve", sys.argv[1], "--no-open"])
"""
_COLOURS = (128, 64)  # of a picture: flat ones lose nothing by it, and take a third; of fewer the red ones go
_LARGEST = 100_000  # bytes of one, for which it has the fewer colours
_LONGEST = 300_000  # milliseconds that the first look at the sample's evidence may take
_HOME = "D:\\考评"  # what stands in the pictures for the temporary folder, whose name says nothing to a clerk
#: Writes ``to`` for ``from`` in whatever the page shows.
_RENAME = """([from, to]) => {
  const words = text => text.split(from + "/").join(to + "\\\\").split(from).join(to);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = words(texts.currentNode.data);
  for (const its of document.querySelectorAll("input")) if (its.value.includes(from)) its.value = words(its.value);
}"""
_AT_HOME = """home => {
  document.querySelector("#h-at").textContent = home.replace("\\\\", " › ");
  for (const its of document.querySelectorAll(".toc li")) if (/^[a-z]+$/.test(its.textContent)) its.remove();
}"""
_CIRCULAR = """澜川市文化市场综合执法支队
澜文综执〔2017〕31号
关于举办全市网络文化执法培训班的通知
各县（区）文化市场综合执法大队：
　　为提高网络文化案件的办理水平，经研究，决定举办全市网络文化执法培训班。现将有关事项通知如下。
　　一、时间：2017年10月18日，半天。
　　二、地点：支队三楼会议室。
　　三、参加人员：各大队执法人员。
澜川市文化市场综合执法支队
2017年10月11日
"""
_LEDGER = (
    ("案件编号", "案名", "立案时间", "承办机构", "办理方式", "备注栏"),
    ("澜文综罚〔2017〕91号", "某网吧接纳未成年人案", "2017-11-20", "市支队", "一般程序", "系统导出"),
    ("澜文综罚〔2017〕92号", "某书店销售侵权图书案", "2017-11-23", "市支队", "简易", "系统导出"),
)
_PASTED = """名称\t日期\t方式\t范围\t主办\t以案施训
全市演出市场执法培训班\t6月3日\t线下\t全市\t市级\t否
全市网络文化执法培训班\t10月18日\t线下\t全市\t市级\t否
"""


def main() -> None:
    """Serve the sample and take each picture."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        sys.exit("no Chromium")
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        home = Path(temporary, "考评")
        around = os.environ | {"XDG_CACHE_HOME": f"{temporary}/cache", "XDG_DATA_HOME": f"{temporary}/data"}
        around |= {"KAOPING_OCR": "0", "HOME": str(home)}
        units = work_through(home, around)
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--lang=zh-CN"])
        page = chromium.new_page(locale="zh-CN")
        with served(units["read"], around) as address:
            take(page, address, home, {"rules": "/rules"})
        with served(units["sample"], around) as address:
            page.goto(address)
            page.wait_for_selector("#total", timeout=_LONGEST)
            prepare(page, home)
            take(page, address, home, VIEWS)
            take(page, f"{origin(page)}/units", home, START, "#h-rec, #h-at")
        chromium.close()


def work_through(home: Path, around: Mapping[str, str]) -> Mapping[str, Path]:
    """Make in ``home`` the sample as somebody left it, built before, and a unit whose rubric was read of late."""
    unit = home / "澜川市支队2017"
    api.lay_out_sample(unit)
    before = api.assess(unit)
    trainings = api.Written(before.books, before.rubric.pack.kinds["training"])
    trainings.take_out([trainings.ids[-1]])
    build(unit, around)
    api.bring_back(unit, api.versions(unit)[0].path.name)
    report = next((unit / "成果/送审稿/data").glob("*自评报告*.docx"))
    document = docx.Document(str(report))
    [its for its in document.paragraphs if len(its.text) > 60][-1].add_run("全年没有发生执法过错。")
    document.save(str(report))
    (unit / "材料/培训/扫描0031.txt").write_text(_CIRCULAR, "utf-8")
    api.take_out_file(api.assess(unit), "培训/业务培训班照片.jpg")
    ledger = openpyxl.Workbook(write_only=True)
    sheet = ledger.create_sheet("案件")
    for row in _LEDGER:
        sheet.append(row)
    ledger.save(home / "案件台账导出.xlsx")
    return {"sample": unit, "read": read_unit(home)}


def build(unit: Path, around: Mapping[str, str]) -> None:
    """Build the 送审稿 of ``unit``."""
    subprocess.run([sys.executable, "-m", "kaoping", "build", str(unit)], env=around, check=True)


def read_unit(home: Path) -> Path:
    """Make a unit of the sample's own rubric, as the program read it from the table; return its folder."""
    paper = docx.Document()
    table = paper.add_table(rows=0, cols=4)
    for row in (
        ("考评内容", "考评方法", "分值", "评分标准"),
        ("一、组织管理（13分）", "", "", ""),
        ("1.机构设施齐全", "现场查看", "5", "一处不齐全扣0.5分，扣完为止。"),
        ("2.数据上报率", "查统计报表", "5", "上报率比95%每降低1个百分点扣1分。"),
        ("3.执法氛围", "现场查看", "3", "氛围浓厚、亮点突出的，酌情给分。"),
    ):
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    paper.save(str(home / "2018年考评细则.docx"))
    api.read_rubric(home / "2018年考评细则.docx", home / "规则包" / "office-2018")
    unit = home / "云渚县大队2018"
    (unit / "records").mkdir(parents=True)
    facts = {"id": "DW1", "name": "云渚县文化市场综合执法大队", "region": "云渚县", "level": "不分级"}
    facts |= {"year": "2018", "rubric": "office-2018"}
    (unit / "records/unit.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), "utf-8")
    return unit


@contextmanager
def served(unit: Path, around: Mapping[str, str]) -> Iterator[str]:
    """Serve ``unit`` on the sample's day; yield the address to begin with."""
    command = [sys.executable, "-c", _SERVED, str(unit)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=around, encoding="utf-8") as serving:
        assert serving.stdout is not None
        serving.stdout.readline()
        try:
            yield serving.stdout.readline().split("：", 1)[1].strip()
        finally:
            serving.terminate()


def prepare(page: Page, home: Path) -> None:
    """Do what a clerk does before there is something to see: look through files, take in what Word changed, build."""
    start = origin(page)
    page.goto(f"{start}/evidence/proposals")
    page.click("form[action*=renewal] button")
    page.goto(f"{start}/build/edits")
    page.click("form[action*=take] button")
    page.goto(f"{start}/build")
    page.click("form[action*='build/start'] button >> nth=0")
    page.wait_for_selector("a[href*='/build/look']", timeout=_LONGEST)
    page.wait_for_selector("#progress", state="detached", timeout=_LONGEST)


def origin(page: Page) -> str:
    """Return the origin of what ``page`` shows."""
    return str(page.evaluate("location.origin"))


def take(page: Page, first: str, home: Path, views: Mapping[str, str], whole: str = "#total") -> None:
    """Write a picture of each of ``views`` of the site that ``first`` leads to, at each size, once ``whole`` is there.

    A page that says how far the work is has no ``whole``, and is followed by the view by itself.
    """
    page.goto(first)
    page.wait_for_selector(whole, timeout=_LONGEST)
    start = origin(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for name, path in views.items():
            page.goto(start + path)
            page.wait_for_selector(whole, timeout=_LONGEST)
            page.wait_for_load_state("networkidle")
            fill(page, name, home)
            page.evaluate(_RENAME, [str(home), _HOME])
            (PICTURES / f"page-{name}-{width}.png").write_bytes(small(page.screenshot()))
            print(f"docs/pictures/page-{name}-{width}.png")


def fill(page: Page, view: str, home: Path) -> None:
    """Enter in the view what it is for, where it shows nothing before."""
    if view == "paste":
        page.fill("#text", _PASTED)
        page.click("button[value=look]")
    elif view == "import":
        page.set_input_files("#file", home / "案件台账导出.xlsx")
        page.click("main form .btn.main")
    elif view == "versions":
        page.click("main a[href*=look]")
    elif view == "folders":  # what lies above the home is this computer's alone
        page.evaluate(_AT_HOME, _HOME)
    page.wait_for_load_state("networkidle")


def small(png: bytes) -> bytes:
    """Return a picture with as many colours as it may have to be small."""
    shot = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in _COLOURS:
        shot.quantize(colours, dither=Image.Dither.NONE).save(stream := io.BytesIO(), "PNG", optimize=True)
        if stream.tell() < _LARGEST:
            break
    return stream.getvalue()


if __name__ == "__main__":
    main()
