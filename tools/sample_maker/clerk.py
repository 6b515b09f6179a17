"""汀兰市, the sloppy sample: a unit's folder as a clerk hands it on, with all that people do to files and tables."""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import docx
from docx.text.paragraph import Paragraph

from kaoping import api
from kaoping.documents.edits.keeping import FOLDER as EDITS
from kaoping.records import layout
from kaoping.records.validate import MATERIALS
from sample_maker import clerk_book, clerk_ledgers, desk, files, pictures, typeset
from sample_maker.pictures import Photo, Screen
from sample_maker.typeset import Document

#: A file to be written: its path under 材料/, and how to make it.
Made = tuple[str, Callable[[], bytes]]
PLATFORM = "全国文化市场技术监管与服务平台"

PHOTOS = (
    Photo("改革/办公用房照片/IMG_2017.jpg", "office", "支队", "2017-10-11", "", 6),
    Photo("改革/办公用房照片/IMG_2018.JPG", "counter", "办事窗口", "2017-10-11", "", 3),
    Photo("会议/IMG_20170320_093012.jpg", "meeting", "全市文化市场综治工作会议", "2017-03-20", ""),
    Photo("培训/微信图片_20170516101533.jpg", "lecture", "文化市场综合执法业务培训班", "2017-05-16", ""),
    Photo("秩序/IMG_20170914_150102.jpg", "street", "文物经营单位检查", "2017-09-14", "", 6),
    Photo("管理/IMG_20171127_102244.jpg", "counter", "汀兰市政务服务中心", "2017-11-27", "", 6),
    Photo("加分/IMG_20171012_081530.jpg", "vehicle", "文化市场综合执法", "2017-10-12", "", 3),
    Photo(
        "加分/IMG_2203.jpg",
        "newspaper",
        "海天日报|汀兰：小城网吧变了样|2017年11月2日　第5版|"
        "走进汀兰市青梧区的一家网吧，前台实名登记、大厅不许吸烟，墙上贴着举报电话。汀兰市文化市场综合行政执法支队今年以来把绿色网吧评定和日常检查结合起来，"
        "两家网吧率先挂牌。经营者说，环境好了，客人反倒多了。支队负责人介绍，明年将把这一做法推广到各县。",
        "2017-11-02",
        "",
        6,
    ),
)
SCREENS = (
    Screen(
        "平台/月报截图.png",
        PLATFORM,
        "信息报送 > 月度统计",
        "2017-12-06",
        [
            ["月份", "执法信息", "直报点信息", "执法数据"],
            *(
                [f"2017-{month:02}", "2" if month == 2 else str(3 + month % 2), "8", "按时、通过"]
                for month in range(1, 12)
            ),
        ],
        "tlzd01",
        "2017-01 至 2017-11",
        "2017-12-06 09:40",
    ),
    Screen(
        "平台/办案数据截图.png",
        PLATFORM,
        "统计 > 办案",
        "2017-12-06",
        [["地区", "办结", "其中平台办理"], ["汀兰市", "27", "25"]],
    ),
    Screen(
        "平台/上线情况.png",
        PLATFORM,
        "机构管理 > 上线情况",
        "2017-12-06",
        [
            ["地区", "是否上线", "上线时间"],
            ["汀兰市", "是", "2015-06"],
            ["青梧区", "是", "2016-01"],
            ["白苎县", "是", "2016-03"],
            ["鹿鸣县", "是", "2016-03"],
        ],
        "tlzd01",
        "",
        "2017-12-06 09:52",
    ),
)
ON_DUTY = [row for row in clerk_ledgers.STAFF_ROWS if row[3] == "在岗"]
#: Screenshots of a phone: title and lines.
SHOTS: Mapping[str, tuple[str, Sequence[str]]] = {
    "培训/Screenshot_20171205_101533.png": (
        "线上考试成绩",
        [f"{row[1]}　　{'未达标' if row[0] == 'TL07' else '达标'}" for row in ON_DUTY],
    ),
    "秩序/Screenshot_20170705_153012.png": (
        "网络巡查记录",
        [
            "2017年7月5日　汀兰市声浪网络科技有限公司",
            "主页标明许可证编号：是",
            "用户实名注册：是",
            "内容自审制度：有",
            "结论：未发现问题",
        ],
    ),
    "加分/微信图片_20170904.png": (
        "汀兰发布",
        [
            "汀兰综合执法护航开学季",
            "2017-09-04　汀兰发布",
            "开学前后，市支队检查校园周边",
            "文具店、网吧21家次，责令改正2家。",
            "阅读 1034",
        ],
    ),
}
JUNK = {
    "Thumbs.db": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
    "培训/desktop.ini": b"[.ShellClassInfo]\r\n",
}


def _signin(doc: Document, number: str) -> list[dict[str, Any]]:
    names = [row[1] for row in ON_DUTY]
    names += [f"{family}{given}" for family in "陈林黄郑" for given in ("建国", "海燕", "志强", "丽华", "家声", "国栋")]
    rows = [[str(at), name, name] for at, name in enumerate(names[: int(number)], 1)]
    half = -(-len(rows) // 2)
    pairs = [[*left, *right] for left, right in zip(rows[:half], [*rows[half:], ["", "", ""]], strict=False)]
    return [typeset.table([["序号", "姓名", "签名"] * 2, *pairs], [14, 34, 0] * 2, 11, 2.2)]


def _marks(doc: Document, _: str) -> list[dict[str, Any]]:
    marks = {row[1]: 58 if row[5] == "未达标" else 70 + at for at, row in enumerate(ON_DUTY)}
    rows = [[name, str(mark), "达标" if mark >= 60 else "未达标"] for name, mark in marks.items()]
    return [typeset.table([["姓名", "成绩", "是否达标"], *rows])]


def documents() -> list[Document]:
    """Return the files that are made of texts."""
    macros = {"signin": _signin, "marks": _marks}
    texts = [doc for path in sorted(clerk_book.TEXTS.glob("*.txt")) for doc in typeset.read(path)]
    found = [files.filled(doc, macros) for doc in texts]
    names = {row[0]: row[1] for row in clerk_ledgers.VENUE_ROWS}
    cells = [
        [str(at), row[1], names[row[2]], f"{row[6]}元" if row[6] else "—"]
        for at, row in enumerate(clerk_ledgers.CASE_ROWS, 1)
    ]
    table = typeset.table([["序号", "案由", "当事人", "罚款"], *cells], [14, 0, 70, 40], 10, 1.4)
    return [
        *found,
        Document(
            "办案/案件台账打印.pdf",
            "typeset",
            "2017年行政处罚案件台账",
            "2017-12-06",
            clerk_ledgers.UNIT,
            size=10,
            landscape=True,
            blocks=(table,),
        ),
    ]


def evidence() -> list[Made]:
    """Return all that lies under 材料/, what is wrong included."""
    made: list[Made] = [(doc.path, partial(files.render, doc)) for doc in documents()]
    made += [(photo.path, partial(pictures.take, photo)) for photo in PHOTOS]
    made += [(screen.path, partial(pictures.shoot, screen)) for screen in SCREENS]
    made += [(path, partial(desk.shot, *words)) for path, words in SHOTS.items()]
    by_path = dict(made)
    made.append(("会议/领导小组会议纪要 - 副本.pdf", by_path["会议/领导小组会议纪要.pdf"]))  # the same file twice
    made.append(("日常/统计直报截图.jpg", partial(pictures.shoot, _returns())))  # a PNG that is called a JPEG
    made.append(("管理/信用监管材料.zip", partial(_credit, by_path)))
    made.append(("日常/转发：关于报送考评材料的通知.eml", _forwarded))
    return sorted([*made, *((path, partial(bytes, data)) for path, data in JUNK.items())])


def _returns() -> Screen:
    rows = [["年度", "报表", "报送时间", "状态"], ["2016", "文化市场经营机构", "2017-01-16", "审核通过"]]
    return Screen(
        "日常/统计直报截图.jpg", "全国文化市场统计直报系统", "报送情况", "2017-01-16", rows, "tltj01", "2016年度"
    )


def _credit(by_path: dict[str, Callable[[], bytes]]) -> bytes:
    rule = Document(
        "信用分类监管办法.txt", "gbk", "汀兰市文化市场信用分类监管办法", "2017-05-22", clerk_ledgers.UNIT,
        sign=clerk_ledgers.UNIT,
        blocks=({"kind": "p", "text": "经营单位分为A、B、C三类，C类每季度至少检查3次；严重违规的列入黑名单并公告。"},),
    )  # fmt: skip
    return desk.archive(
        {
            "信用监管材料/信用分类监管办法.txt": files.render(rule),
            "信用监管材料/绿色网吧公告.pdf": by_path["管理/绿色网吧公告.pdf"](),
        }
    )


def _forwarded() -> bytes:
    text = "各市支队：\n　　请于2017年12月15日前报送年度考评自评材料，一式两份，电子版发本邮箱。\n\n省文化厅市场处\n"
    table = "报送材料清单\r\n1.自评报告\r\n2.自评分表\r\n3.佐证材料汇编\r\n".encode("gbk")
    return desk.mail(
        "转发：关于报送考评材料的通知", "综合科 <zhk@tinglan.example>", "余清和 <yqh@tinglan.example>",
        "Wed, 06 Dec 2017 09:12:00 +0800", text, {"报送材料清单.txt": table},
    )  # fmt: skip


#: What the clerk said when she imported a ledger: what its columns are, in which unit, and what its words mean.
SAID: Mapping[str, Mapping[str, Any]] = {
    clerk_ledgers.CASES: {"columns": {"处罚金额（元）": "罚款金额", "序号": ""}},
    clerk_ledgers.VENUES: {"columns": {"备注": ""}},
    clerk_ledgers.HOTLINE: {"columns": {"举报人": "", "联系电话": ""}},
}


#: What somebody changed in the 送审稿: words of the paragraph → what it says instead, and what stands below it.
EDITED = ("把暗访发现的问题逐条建账", "把暗访、抽查发现的问题逐条建账，整改一件、销号一件、回访一件。")
ADDED = "党的十九大期间实行领导带班和每日零报告制度。"
REPORT = "自评报告"


def edit(report: Path) -> None:
    """Change the report as somebody does in Word: other words in a paragraph, and a new one below it."""
    document = docx.Document(str(report))
    paragraph = next(its for its in document.paragraphs if EDITED[0] in its.text)
    first, *others = paragraph.runs
    first.text = EDITED[1]
    for run in others:
        run.text = ""
    below = copy.deepcopy(paragraph._p)
    paragraph._p.addnext(below)
    Paragraph(below, paragraph._parent).runs[0].text = ADDED
    document.save(str(report))


def _edits_of(folder: Path) -> bytes:
    """Return what `kaoping edits` keeps of the changed draft of the unit in ``folder``."""
    with tempfile.TemporaryDirectory() as made:
        unit = Path(shutil.copytree(folder, Path(made) / "unit"))
        edit(api.build(unit).package / "data" / f"{REPORT}.docx")
        api.take_in(unit)
        return (unit / EDITS / f"{REPORT}.yaml").read_bytes()


def write(folder: Path) -> None:
    """Write the sample: its workbook, the evidence, the ledgers as they were imported, the edits of its draft."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, make in evidence():
        target = folder / MATERIALS / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(make())
    with tempfile.TemporaryDirectory() as made:
        unit = Path(made) / "unit"
        api.init(unit)
        clerk_book.write((unit / layout.WORKBOOK).read_bytes(), folder / layout.WORKBOOK)
        for name, (kind, make) in clerk_ledgers.LEDGERS.items():
            ledger = Path(made) / name
            ledger.write_bytes(make())
            api.carry_out(api.preview(folder, api.Request(ledger, kind, **SAID.get(name, {}))))
    (folder / EDITS).mkdir()
    (folder / EDITS / f"{REPORT}.yaml").write_bytes(_edits_of(folder))
