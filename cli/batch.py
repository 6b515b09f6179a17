"""`kaoping batch`: every unit below a folder, and the summary of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from kaoping import api
from kaoping.core.figures import span_text
from kaoping.core.findings import Severity

from . import console
from .chinese import Command, argument
from .options import PATH, follow_links

_FAULT = 4


@click.command("batch", cls=Command)
@argument("folder", "文件夹", "下面有许多单位文件夹的文件夹，隔几层都行。", type=PATH)
@click.option("--final", is_flag=True, help="生成报送稿；哪个单位还不能生成，列出原因，别的照做。")
@click.option("--only", metavar="文稿名", multiple=True, help="各单位只出某一份文稿，不打包，不汇总。")
@click.option(
    "--workers", metavar="个数", type=click.IntRange(min=1), help="在这台电脑上几个单位同时做；不写就一个一个做。"
)
@click.option("--scheduler", metavar="地址", help="交给已经开着的 Dask 调度器去做，如 tcp://10.0.0.5:8786。")
@follow_links
def command(
    folder: Path, final: bool, only: tuple[str, ...], workers: int | None, scheduler: str | None, follow_links: bool
) -> int:
    """许多单位一次做完：逐个生成考评包，汇总成 汇总/汇总表.xlsx。停了再运行，只做没做完的和有变动的。"""
    if workers and scheduler:
        raise click.UsageError("--workers 和 --scheduler 只写一个")
    ended: list[str] = []

    def on_unit(name: str, outcome: Mapping[str, Any], stood: bool, done: int, of: int) -> None:
        ended.append(name)
        console.say(f"[{done}/{of}] {name}　{'没有变动，不重做；' if stood else ''}{_outcome_text(outcome)}")

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
        )
    except KeyboardInterrupt:
        console.complain(f"已中止：做完了 {len(ended)} 个单位，成果都完整；再运行一次，接着做没做完的。")
        return 1
    if len(batch.findings):
        console.show_findings(batch.findings.sorted())
    failed = [name for name, its in batch.outcomes.items() if its["exit"]]
    console.say(
        f"共 {len(batch.outcomes)} 个单位，没有变动 {len(batch.untouched)} 个，有错误或没有生成 {len(failed)} 个。"
    )
    for path in batch.paths[-1:]:
        console.say(f"汇总表：{path}")
    return batch.exit_status


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
