"""`kaoping batch`: every unit below a folder, and the summary of all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from kaoping import api
from kaoping.core.figures import span_text
from kaoping.core.findings import Finding, Findings, Severity

from . import console
from .chinese import Command, argument
from .options import PATH, follow_links

_FAULT = 4
#: Kinds of work in a forecast: what each is called, and what is counted.
_RATES = {
    "look": ("看一个文件", "个"),
    "convert": ("转换一个文件", "个"),
    "read": ("识别一页", "页"),
    "package": ("出一个单位的成果", "个"),
}


@click.command("batch", cls=Command)
@argument("folder", "文件夹", "下面有许多单位文件夹的文件夹，隔几层都行。", type=PATH)
@click.option("--final", is_flag=True, help="生成报送稿；哪个单位还不能生成，列出原因，别的照做。")
@click.option("--only", metavar="文稿名", multiple=True, help="各单位只出某一份文稿，不打包，不汇总。")
@click.option(
    "--workers", metavar="个数", type=click.IntRange(min=1), help="在这台电脑上几个单位同时做；不写就一个一个做。"
)
@click.option("--scheduler", metavar="地址", help="交给已经开着的 Dask 调度器去做，如 tcp://10.0.0.5:8786。")
@click.option(
    "--dry-run", is_flag=True, help="只估一估：还有多少文件、页数，要多少处理器小时；不打开材料，什么也不做。"
)
@click.option("--json", "as_json", is_flag=True, help="和 --dry-run 一起用：输出一份 UTF-8 的 JSON，供程序读取。")
@follow_links
def command(
    folder: Path,
    final: bool,
    only: tuple[str, ...],
    workers: int | None,
    scheduler: str | None,
    dry_run: bool,
    as_json: bool,
    follow_links: bool,
) -> int:
    """许多单位一次做完：逐个生成考评包，汇总成 汇总/汇总表.xlsx。停了再运行，只做没做完的和有变动的。"""
    if workers and scheduler:
        raise click.UsageError("--workers 和 --scheduler 只写一个")
    if dry_run:
        if only:
            raise click.UsageError("--dry-run 估的是整包，不和 --only 一起写")
        return _forecast(folder, final=final, workers=workers or 0, as_json=as_json, follow_links=follow_links)
    if as_json:
        raise click.UsageError("--json 和 --dry-run 一起用；做完以后的 JSON 是 汇总/汇总表.json")
    ended: list[str] = []
    shown: list[Finding] = []

    def on_unit(name: str, outcome: Mapping[str, Any], stood: bool, done: int, of: int) -> None:
        ended.append(name)
        console.say(f"[{done}/{of}] {name}　{'没有变动，不重做；' if stood else ''}{_outcome_text(outcome)}")

    def on_finding(finding: Finding) -> None:
        shown.append(finding)
        console.show_findings(Findings([finding]))

    try:
        batch = api.run_batch(
            folder,
            final=final,
            only=only,
            follow_links=follow_links,
            workers=workers or 0,
            scheduler=scheduler or "",
            on_unit=on_unit,
            progress=console.Progress(),
            on_finding=on_finding,
        )
    except KeyboardInterrupt:
        console.complain(f"已中止：做完了 {len(ended)} 个单位，成果都完整；再运行一次，接着做没做完的。")
        return 1
    if later := Findings(its for its in batch.findings if its not in shown):
        console.show_findings(later.sorted())
    failed = [name for name, its in batch.outcomes.items() if its["exit"]]
    console.say(
        f"共 {len(batch.outcomes)} 个单位，没有变动 {len(batch.untouched)} 个，有错误或没有生成 {len(failed)} 个。"
    )
    for path in batch.paths[-1:]:
        console.say(f"汇总表：{path}")
    return batch.exit_status


def _forecast(folder: Path, *, final: bool, workers: int, as_json: bool, follow_links: bool) -> int:
    """Show how much there is to do."""
    document, findings = api.batch_forecast(folder, final=final, follow_links=follow_links)
    if as_json:
        console.as_json(document)
        return 0
    if len(findings):
        console.show_findings(findings.sorted())
    for unit in document["units"]:
        if unit["stands"]:
            text = "没有变动，不重做"
        elif unit["refused"]:
            text = f"现在生成不了，不算在内：{unit['refused']}"
        else:
            text = _work_text(unit)
        console.say(f"{unit['folder']}　{text}")
    total = document["total"]
    console.say(f"共 {len(document['units'])} 个单位，要做 {total['packages']} 个。{_work_text(total)}。")
    if workers > 1 and total["packages"]:
        hours = {end: its / workers for end, its in total["cpu_hours"].items()}
        console.say(f"{workers} 个进程一直都有事做的话，约要 {_hours_text(hours)}（只是除一下，没有量过）。")
    console.say(_rates_text(document["rates"]))
    return 0


def _work_text(work: Mapping[str, Any]) -> str:
    texts = [f"材料 {work['files']} 个文件，还没有看过的 {work['look']} 个"]
    texts += [f"要用 Office 软件转换的 {work['convert']} 个"] if work["convert"] else []
    texts.append(f"页数 {_span(work['pages'])}")
    texts += [f"要识别的扫描页 {_span(work['read'])}"] if work["read"]["max"] else []
    texts.append(f"处理器时间约 {_hours_text(work['cpu_hours'])}")
    return "，".join(texts)


def _span(span: Mapping[str, int]) -> str:
    return span_text(Fraction(span["min"]), Fraction(span["max"]))


def _hours_text(hours: Mapping[str, float]) -> str:
    """Say a span of hours, short ones in minutes; both ends are rounded up."""
    unit, seconds = ("小时", 3600) if hours["max"] >= 2 else ("分钟", 60)
    least, most = (math.ceil(round(hours[end] * 3600 / seconds, 2)) for end in ("min", "max"))
    return f"{least} {unit}" if least == most else f"{least}～{most} {unit}"


def _rates_text(rates: Mapping[str, Any]) -> str:
    """Say which rates were reckoned with, and where each comes from."""
    texts = []
    for kind, (called, of) in _RATES.items():
        rate = rates[kind]
        origin = f"这台电脑量过 {rate['measured']} {of}" if rate["measured"] else "没有量过，按自带的"
        texts.append(f"{called} {rate['seconds']:.2f} 秒（{origin}）")
    return (
        f"按这样的处理器时间算：{'；'.join(texts)}。"
        "没有看过的文件没有打开，按扩展名和大小估页数，压缩包里有什么还不知道；看过一遍以后是准数。"
    )


def _outcome_text(outcome: Mapping[str, Any]) -> str:
    """Say in a line what came of a unit; its findings stand in the summary."""
    texts = []
    if outcome["status"] == "built":
        texts.append(f"已生成：{'、'.join(outcome.get('drafts', ())) or outcome['form']}")
    else:
        texts.append("程序出错，没有生成" if outcome["exit"] == _FAULT else "没有生成")
    if "total" in outcome:
        total = outcome["scorecard"]["totals"]["total"]
        texts.append(f"自评 {span_text(Fraction(total['min']), Fraction(total['max']))} 分")
    counts = outcome["findings"]["counts"]
    texts += [f"{its.label} {counts[its]} 条" for its in (Severity.ERROR, Severity.WARNING) if counts[its]]
    if outcome["status"] != "built":
        first = next((its for its in outcome["findings"]["findings"] if its["severity"] == Severity.ERROR), None)
        texts += [f"如：{first['problem']}"] if first is not None else []
    return "，".join(texts)
