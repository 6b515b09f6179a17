"""Writes docs/findings.md from the catalogue of findings (evidence_schema/findings.yaml) and the cross-checks.

Run `python tools/make_finding_reference.py` after changing a finding or a check (evidence_schema/checks.yaml). A test
compares the page with what this makes.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from kaoping.core import packs
from kaoping.core.findings import FindingKind, catalogue
from kaoping.scoring.crosscheck.definitions import checks_of

PAGE = Path(__file__).parent.parent / "docs" / "findings.md"
ROOMS = {
    "file": "读文件",
    "yaml": "记录文件的格式",
    "sheet": "表格文件",
    "table": "表格里的记录",
    "cell": "表格里的一格",
    "workbook": "台账工作簿",
    "ledger": "导入的台账",
    "record": "记录",
    "value": "记录里的一格",
    "unit": "单位情况",
    "evidence": "佐证材料",
    "pages": "材料的页：转正、不收、遮盖",
    "order": "材料的先后",
    "pack": "规则包",
    "rubric": "考评细则",
    "codification": "读考评细则",
    "notice": "通知和口径",
    "judgement": "主观评判",
    "decision": "待定裁定",
    "indicator": "数据指标",
    "check": "核对",
    "crosscheck": "核对文件",
    "contest": "岗位练兵技能竞赛",
    "init": "新建单位文件夹",
    "place": "放单位文件夹的地方",
    "decide": "记下裁定",
    "entry": "程序替人记下的一条",
    "history": "换回以前的版本",
    "upload": "在页面里放进来的文件",
    "filing": "材料改名、替换、删除",
    "mark": "标注台账",
    "export": "导出记录",
    "calendar": "期限日历",
    "document": "文稿之间",
    "edits": "在 Word 里改过的文稿",
    "build": "生成文稿",
    "batch": "许多单位一次做",
    "rollup": "汇总下级的考评包",
    "final": "生成报送稿",
    "accept": "认可照样报送的",
    "template": "单位自己的模板",
    "manuscript": "Word 模板的源文件",
    "demo": "样例",
    "package": "打包、换上新成果",
    "verify": "核对成果",
    "lint": "汇编体检",
    "format": "公文格式检查",
}
HEAD = """\
# 提示

<!-- 本页由 tools/make_finding_reference.py 生成，不要手改。措辞在 findings.yaml、checks.yaml。 -->

每条提示有一个不变的代码、所在的位置和三句话：什么问题、有什么影响、怎么改。花括号里的，用的时候换成具体内容。

- **错误**：输入不能照原意使用，退出码是 1。
- **提醒**：成果照样生成，但要有人看一看。
- **说明**：知道就好。
"""


def reference() -> str:
    """Return the page; KeyError for a code whose room has no title here."""
    order = list(ROOMS)
    every = [*catalogue().values(), *(check.words for check in checks_of(packs.find(packs.default())))]
    kinds = sorted(every, key=lambda kind: order.index(_room(kind)))
    parts = [HEAD]
    for room, members in groupby(kinds, key=_room):
        parts.append(f"## {ROOMS[room]}\n")
        parts += [_entry(kind) for kind in members]
    return "\n".join(parts)


def _room(kind: FindingKind) -> str:
    return kind.code.split(".")[0]


def _entry(kind: FindingKind) -> str:
    sentences = (("问题", kind.problem), ("影响", kind.effect), ("怎么改", kind.mend))
    told = "\n".join(f"- {head}：{_plain(text)}" for head, text in sentences)
    return f"### {kind.title}\n\n`{kind.code}`（{kind.severity.label}）\n\n{told}\n"


def _plain(text: str) -> str:
    """Escape what Markdown would take for a tag or emphasis."""
    return text.replace("{{", "{").replace("}}", "}").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(reference(), encoding="utf-8", newline="\n")
    print(f"已写：{PAGE}")
