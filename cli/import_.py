"""`kaoping import`: a ledger of the office's systems into the unit's folder, shown before it is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from kaoping import api

from . import console
from .chinese import Command, argument
from .options import PATH

_SHOWN = 6  # rows that are named where more were left out


@click.command("import", cls=Command)
@argument("ledger", "台账", "要导入的文件：xlsx、xls、et、ods、csv 或网页表格。", type=PATH)
@click.option("--as", "kind", metavar="种类", default="", help="是哪一种记录，如 case、inspection、venue，或写中文名。")
@click.option("--unit", metavar="单位文件夹", type=PATH, help="不写就用当前或台账所在的单位文件夹。")
@click.option(
    "--map",
    "maps",
    metavar="列名=栏目",
    multiple=True,
    help="台账的哪一列是哪个栏目；表头没写单位的补上，如“处罚金额（元）=罚款金额”；用不着的列写“列名=”。",
)
@click.option("--word", "words", metavar="栏目:词=选项", multiple=True, help="台账里的词是哪个选项的意思。")
@click.option("--sheet", "sheets", metavar="表名", multiple=True, help="只读这张工作表；不写就读有表头的每一张。")
@click.option(
    "--replace", "replaces", metavar="旧台账", default="", help="代替以前导入的这一份（文件名不同时才要写）。"
)
@click.option("--beside", is_flag=True, help="以前导入的有大半相同，也都算数：这一份里没有的行照旧计入。")
@click.option("--remove", is_flag=True, help="撤下以前导入的这一份。")
@click.option("--dry-run", is_flag=True, help="只看会怎样，不导入。")
def command(
    ledger: Path, kind: str, unit: Path | None, maps: tuple[str, ...], words: tuple[str, ...],
    sheets: tuple[str, ...], replaces: str, beside: bool, remove: bool, dry_run: bool,
) -> int:  # fmt: skip
    """把系统导出的台账导入单位文件夹：认出表头，核对每一行；同一份再导入一次什么也不变，更正过的代替原来的。"""
    folder = unit or _unit_of(ledger)
    if remove:
        console.say(f"已撤下，文件移到 {api.withdraw(folder, ledger.name)}。")
        return 0
    if not kind:
        raise click.UsageError("缺少 --as 种类", click.get_current_context())
    request = api.Request(ledger, kind, _columns(maps), _words(words), sheets, replaces, beside)
    preview = api.preview(folder, request)
    if console.asks() and not dry_run:
        preview = api.preview(folder, _ask(preview))
    _show(preview)
    if dry_run:
        console.say("以上只是预览，没有导入。")
        return 1 if preview.findings.errors else 0
    if preview.refused:
        console.say("没有导入。")
        return 1
    target = api.carry_out(preview)
    console.say("这份台账已经导入过，内容相同，没有改动。" if preview.unchanged else f"已导入：{target}")
    return 1 if preview.findings.errors else 0


def _unit_of(ledger: Path) -> Path:
    """The unit's folder that nobody named: the present one, or the one that the ledger lies in."""
    around = [Path.cwd(), *ledger.absolute().parents]
    return next((folder for folder in around if api.is_unit(folder)), Path.cwd())


def _columns(maps: Sequence[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for text in maps:
        heading, mark, field = text.rpartition("=")
        if not mark or not heading.strip():
            raise click.BadParameter(f"“{text}”应写成 列名=栏目", param_hint="--map")
        columns[heading.strip()] = field.strip()
    return columns


def _words(words: Sequence[str]) -> dict[str, dict[str, str]]:
    meanings: dict[str, dict[str, str]] = {}
    for text in words:
        front, mark, option = text.rpartition("=")
        field, colon, word = front.replace("：", ":", 1).partition(":")
        if not mark or not colon or not word.strip():
            raise click.BadParameter(f"“{text}”应写成 栏目:词=选项", param_hint="--word")
        meanings.setdefault(field.strip(), {})[word.strip()] = option.strip()
    return meanings


def _ask(preview: api.Preview) -> api.Request:
    """Ask once for what stayed unmatched: each column nobody knows, each word that is no option."""
    columns = dict(preview.request.columns)
    words = {name: dict(meanings) for name, meanings in preview.request.words.items()}
    fields = list(preview.open_fields)
    for heading in preview.open_columns:
        if not fields:
            break
        console.say(f"台账的“{heading}”一列是哪个栏目？")
        for number, field in enumerate(fields, 1):
            console.say(f"  {number}. {field.title}{'（必填）' if field.required else ''}")
        number = click.prompt("写序号；不要这一列就直接回车", type=click.IntRange(0, len(fields)), default=0)
        columns[heading] = fields.pop(number - 1).name if number else ""
    preview = api.preview(preview.folder, replace(preview.request, columns=columns, words=words))
    for name, counts in preview.open_words.items():
        asked = preview.kind.field(name)
        options = list(asked.options or ("是", "否")) if asked else []
        for word, times in counts.items():
            console.say(f"“{asked.title if asked else name}”里的“{word}”（{times} 行）是哪个选项的意思？")
            for number, option in enumerate(options, 1):
                console.say(f"  {number}. {option}")
            number = click.prompt("写序号；说不准就直接回车", type=click.IntRange(0, len(options)), default=0)
            if number:
                words.setdefault(name, {})[word] = options[number - 1]
    request = replace(preview.request, columns=columns, words=words)
    for name in preview.overlapped:
        console.say(f"以前导入的“{name}”和这一份大半相同，另有一些行这一份里没有：")
        console.say("  1. 这一份是更正过的，代替它\n  2. 两份都算数")
        is_correction = click.prompt("写序号", type=click.IntRange(1, 2)) == 1
        request = replace(request, replaces=name) if is_correction else replace(request, beside=True)
    return request


def _show(preview: api.Preview) -> None:
    console.say(f"台账：{preview.request.ledger.name}　按“{preview.kind.title}”导入")
    for sheet in preview.sheets:
        console.say(
            f"{f'工作表“{sheet.name}”' if sheet.name else '内容'}：表头在第{sheet.head}行，读到 {sheet.rows} 行"
        )
        for column in sheet.columns:
            field = preview.kind.field(column.field)
            unit = f"，单位按{column.unit}" if field and field.unit and column.unit else ""
            console.say(f"    {column.heading} → {f'{field.title}（{column.how}{unit}）' if field else '（不用）'}")
        for line in _left(sheet):
            console.say(f"    没有读：{line}")
    if preview.unread:
        console.say(f"没有表头、没有读的工作表：{'、'.join(preview.unread)}")
    lacking = [field.title for field in preview.open_fields]
    if lacking:
        console.say(f"台账里没有的栏目（按不清楚计，不是“没有”）：{'、'.join(lacking)}")
    if preview.stands_for:
        changes = f"增 {preview.added} 行，减 {preview.removed} 行，改 {preview.changed} 行"
        console.say(f"代替以前导入的 {preview.stands_for}：{changes}")
    if len(preview.findings):
        console.show_findings(preview.findings.sorted())


def _left(sheet: api.SheetPreview) -> Iterator[str]:
    for skipped in sheet.left[:_SHOWN]:
        yield f"第{skipped.row + 1}行 {skipped.text}（{skipped.why}）"
    if len(sheet.left) > _SHOWN:
        yield f"……共 {len(sheet.left)} 行"
