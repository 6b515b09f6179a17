"""`kaoping rubric`: the rubric as data: list, show, test; read one as an office sent it."""

from __future__ import annotations

from pathlib import Path

import click

from kaoping import api
from kaoping.core.errors import why_not_read
from kaoping.core.figures import number
from kaoping.pipeline import contract
from kaoping.rubric.nodes import Rubric

from . import console
from .chinese import Command, Group, argument
from .options import PATH, json_option

name = argument("name", "细则编号", "规则包的编号或文件夹；不写就是默认的。", required=False, default="")


@click.group("rubric", cls=Group)
def command() -> None:
    """查看、核对考评细则。"""


@command.command("list", cls=Command)
def list_command() -> int:
    """列出现有的考评细则。"""
    for rubric in api.rubrics():
        console.say(f"{rubric.id}  {rubric.title}（{len(rubric.lines)}项）")
    return 0


@command.command("show", cls=Command)
@name
@click.option("--line", metavar="考评项", default="", help="只看这一项。")
def show_command(name: str, line: str) -> int:
    """显示细则：每一项的原文、依据、分值、标准，和还没有定的口径。"""
    rubric = api.rubric(name)
    known = {item.id for item in rubric.lines}
    if line and line not in known:
        raise click.BadParameter(f"细则里没有第{line}项", param_hint="--line")
    console.say(f"{rubric.title}（{rubric.id}）")
    _show(rubric, line)
    return 0


def _show(rubric: Rubric, only: str) -> None:
    for section in rubric.sections:
        for line in section.lines:
            if only and line.id != only:
                continue
            of = f"{number(line.of)}分" if line.of is not None else "未写上限"
            console.say()
            console.say(f"{section.id}  {line.id}  {line.title}（{of}）")
            row = rubric.line(line.shares_row_with).row if line.shares_row_with else line.row
            for head, text in (("内容", row.content), ("依据", line.basis), ("标准", row.standard)):
                if text:
                    console.say(f"    {head}：{''.join(text.split())}")
    if not only:
        console.say()
        console.say("没有写明、要由通知或考评方答复的口径（答复写在 notice.yaml 的 answers 里）：")
        for question in rubric.questions.values():
            answer, its = rubric.notice.answers.get(question.id), rubric.notice.given(question.id)
            by = f"（{its.who}，{its.when}：{its.reason}）" if its is not None else ""
            options = " / ".join(question.options)
            console.say(f"  {question.id}：{question.ask} 可答：{options}；现在：{answer or '未答复'}{by}")


@command.command("test", cls=Command)
@name
def test_command(name: str) -> int:
    """用细则自带的算例核对它：给定的记录应得几分。"""
    results = list(api.rubric_test(name))
    wrong = [result for result in results if result.difference]
    for result in wrong:
        console.say(f"不符：第{result.case.line}项 {result.case.name}（{result.case.at}）")
        console.say(f"    {result.difference}")
    console.say(f"算例 {len(results)} 个，相符 {len(results) - len(wrong)} 个，不符 {len(wrong)} 个。")
    return 1 if wrong or not results else 0


@command.command("try", cls=Command)
@click.option("--text", metavar="原文", default="", help="细则的一句或一格，照原文写。")
@click.option("--points", metavar="分值", default="", help="这一项的分值。")
@click.option("--given", metavar="值", multiple=True, help="填报的值：72%、3、未组织；有几样的写 名称=值，可写几个。")
@click.option("--requirement", metavar="要求", default="", help="旁边写考评要求的那一格，计分的话里没有目标数时用。")
@click.option("--lines", metavar="文件", type=PATH, default=None, help="一行一个 JSON，每行答一行。")
@json_option
def try_command(
    text: str, points: str, given: tuple[str, ...], requirement: str, lines: Path | None, as_json: bool
) -> int:
    """试一试程序读不读得懂一句细则：给出值，看得几分、为什么；读不准的给出范围和原因，不猜。"""
    if lines is not None:
        if text or given:
            raise click.UsageError("--lines 和 --text、--given 只写一样")
        try:
            asked = lines.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise click.BadParameter(f"读不出：{why_not_read(error)}", param_hint="--lines") from None
        except UnicodeDecodeError:
            raise click.BadParameter("不是 UTF-8 的文字文件", param_hint="--lines") from None
        for answer in api.try_lines(asked.rstrip().split("\n")):
            console.as_json(answer, in_a_line=True)
        return 0
    worth = api.points_of(points)
    if not text.strip() or worth is None:
        raise click.UsageError("写明 --text 原文 和 --points 分值（一个数），或者 --lines 文件")
    answer = api.try_clause(text, worth, given, requirement)
    if as_json:
        console.as_json(answer)
        return 0
    console.say(f"读成：{answer['rule'] or '（没有读懂）'}")
    if answer["status"] == "scored":
        console.say(f"得分：{answer['points']}分")
    else:
        console.say(f"待定：{answer['min']}～{answer['max']}分")
    console.say(f"理由：{answer['because']}")
    return 0


@command.command("read", cls=Command)
@argument("file", "细则文件", "Word、Excel、网页、文本都行，按内容认。", type=PATH)
@click.option("--out", metavar="规则包", type=PATH, help="写成规则包：文件夹名就是编号，如 规则包/safety-2018。")
@click.option("--year", metavar="年度", type=int, default=0, help="文件里没有写年度时用这个；不写用今年。")
@click.option("--earlier", metavar="规则包", type=PATH, help="去年的规则包文件夹：原文没有变的项，去年的答复接着用。")
@json_option
def read_command(file: Path, out: Path | None, year: int, earlier: Path | None, as_json: bool) -> int:
    """读上级发来的细则：认出考评项、分值、依据、标准，合计对一遍，写成当天就能人工打分的规则包。"""
    done = api.read_rubric(file, out, year or console.today().year, earlier)
    if as_json:
        console.as_json(contract.draft(done.draft, done.findings.sorted()))
        return 0
    draft = done.draft
    console.say(f"{draft.title or file.name}：{len(draft.sections)}个部分，{len(draft.lines)}项。")
    for section in draft.sections:
        stated = f"（{number(section.points)}分）" if section.points is not None else ""
        console.say(f"  {section.id}  {section.title}{stated}：{len(draft.of_section(section.id))}项")
    for text, at in draft.ruled():
        console.say(f"  文件自己的规定：{text}（{at}）")
    console.show_findings(done.findings.sorted())
    if out is not None:
        console.say(f"已写成规则包：{out}")
        console.say("没有确认规则的项由人打分（待定，用 kaoping decide 裁定）。")
        review = console.typed("kaoping", "rubric", "review", out)
        console.say(f"下一步：打开里面的“规则核对.xlsx”，逐项确认，存盘后运行 {review} 。")
    return 0


@command.command("diff", cls=Command)
@argument("before", "以前的", "规则包的编号、文件夹，或细则文件。")
@argument("after", "现在的", "规则包的编号、文件夹，或细则文件。")
@click.option("--unit", metavar="单位文件夹", type=PATH, help="这个单位的记录按两份细则各算一遍；两份都要是规则包。")
@click.option("--out", metavar="工作簿", type=PATH, help="再写成一本差异表（Excel）；写文件夹的，里面叫差异表.xlsx。")
@json_option
def diff_command(before: str, after: str, unit: Path | None, out: Path | None, as_json: bool) -> int:
    """比较两年的细则：新增、删去、拆开、合并、改了措辞、分值变了、线动了；去年的记录还用得上哪些。"""
    diff = api.diff_rubrics(before, after, unit)
    written = api.write_diff(diff, out) if out is not None else None
    if as_json:
        console.as_json(contract.rubric_diff(diff))
        return 0
    for line in contract.diff_lines(diff):
        console.say(line)
    if written is not None:
        console.say(f"差异表：{written}")
    return 0


@command.command("review", cls=Command)
@argument("pack", "规则包文件夹", "kaoping rubric read 写成的规则包。", type=PATH)
@click.option(
    "--book", metavar="工作簿", type=PATH, default=None, help="填好的规则核对工作簿；不写就是规则包里的那一份。"
)
def review_command(pack: Path, book: Path | None) -> int:
    """把“规则核对.xlsx”里的答复记进规则包：确认了的由程序算，其余由人打分。"""
    done = api.review_rubric(pack, book)
    console.show_findings(done.findings.sorted())
    console.say(
        f"由程序算的 {done.standing} 项，定了由人打分的 {done.by_hand} 项，还没有确认、先由人打分的 {done.open} 项。"
    )
    return 0
