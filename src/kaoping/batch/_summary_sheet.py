"""汇总表.xlsx: the summary as a workbook that a superior reads: places, points by part and line, what is still to do.

Nothing in it is reckoned anew but what a chart needs: it shows the summary's own figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from kaoping.core.figures import span_text
from kaoping.core.findings import Severity
from kaoping.core.listing import Cell, Column, listing
from kaoping.core.worksheets import FONT, Book, new_book
from kaoping.scoring.deadlines import UNSAID
from kaoping.scoring.gaps import LABELS

_UNITS = (
    Column("名次", 12),
    Column("单位", 26, left=True),
    Column("最低分", 10),
    Column("最高分", 10),
    Column("等次", 12),
    Column("基础分", 12),
    Column("加分", 11),
    Column("扣分", 11),
    Column("没有佐证的分", 10),
    Column("缺项和待定", 9),
    Column("要处理或认可的", 10),
    Column("错误", 7),
    Column("提醒", 7),
    Column("佐证件数", 8),
    Column("汇编页数", 8),
    Column("成果", 32, left=True),
)
_WITHOUT = (Column("单位文件夹", 30, left=True), Column("情况", 14), Column("为什么", 90, left=True))
_LINES = (
    Column("单位", 26, left=True),
    Column("考评项", 9),
    Column("内容", 40, left=True),
    Column("满分", 9),
    Column("最低分", 9),
    Column("最高分", 9),
    Column("情况", 14),
    Column("没有佐证的分", 10),
)
_GAPS = (
    Column("单位", 22, left=True),
    Column("考评项", 9),
    Column("内容", 28, left=True),
    Column("类别", 13),
    Column("涉及分值", 9),
    Column("情况", 44, left=True),
    Column("怎么办", 36, left=True),
    Column("期限", 13),
    Column("责任科室", 14),
    Column("责任人", 11),
)
_DEADLINES = (
    Column("日期", 13),
    Column("单位", 26, left=True),
    Column("事项", 42, left=True),
    Column("考评项", 18),
    Column("文稿", 20),
    Column("是否已报", 24, left=True),
)
_FINDINGS = (
    Column("单位", 22, left=True),
    Column("程度", 8),
    Column("位置", 30, left=True),
    Column("问题", 46, left=True),
    Column("影响", 32, left=True),
    Column("怎么改", 40, left=True),
)
_ALL = "各单位之间"  # whose findings are of no unit alone
_STATES = {"scored": "已定", "undecided": "待定", "missing": "缺材料或未填", "not_applicable": "不适用"}
_ENDED = {"built": "已生成", "refused": "没有生成", "failed": "程序出错，没有生成"}
_SURE, _OPEN = "#4472C4", "#BDD0EE"  # points that are certain; those that are still open
_ROW = 22  # pixels of a unit in a chart
_SCALE, _PAGE = 85, 40  # per cent at which charts, and tables too wide, are printed; rows of a page at that
_PART, _PARTS = 13, 9  # half-width characters of a part's column; of these, a page takes so many


def summary_sheet(document: Mapping[str, Any]) -> bytes:
    """Write the workbook of ``document`` (``kaoping.summary/1``)."""
    book = new_book("考评汇总表", "", None)
    groups: Sequence[Mapping[str, Any]] = document["groups"]
    numbered = [(f"（{number_}）" if len(groups) > 1 else "", group) for number_, group in enumerate(groups, 1)]
    for mark, group in numbered:
        _units(book, f"汇总{mark}", document, group)
    if document["without_points"] or not groups:
        _without_points(book, document)
    for mark, group in numbered:
        parts = f"各部分{mark}"
        _parts(book, parts, group)
        _charts(book, f"图{mark}", group)
        _listed(book, f"各项{mark}", group, _LINES, _lines(group))
    _listed(book, "缺项和待定", None, _GAPS, [row for group in groups for row in _gaps(group)])
    deadlines = [row for group in groups for row in _deadlines(group)]
    deadlines.sort(key=lambda row: (not row[0][:1].isdigit(), row[:2]))
    _listed(book, "期限", None, _DEADLINES, deadlines)
    _listed(book, "问题", None, _FINDINGS, list(_findings(document)))
    return book.close()


def place_text(place: Mapping[str, Any]) -> str:
    """Say which place a unit has, or between which it may still have one: 第2名, 并列第2名, 第2～4名."""
    best, worst = int(place["best"]), int(place["worst"])
    if best != worst:
        return f"第{best}～{worst}名"
    return f"{'并列' if place['shared'] else ''}第{best}名"


def _group_text(group: Mapping[str, Any]) -> str:
    return f"{group['rubric']['title']}　{group['year']}年度　{group['level']}"


def _units(book: Book, name: str, document: Mapping[str, Any], group: Mapping[str, Any]) -> None:
    note = f"{_group_text(group)}　共{len(group['rows'])}家，按{document['form']}的自评分。"
    if any(row["place"]["best"] != row["place"]["worst"] for row in group["rows"]):
        note += "得分还没有定的，名次是最好、最差可能到第几；定了分才定名次。分数相同的名次相同。"
    note += "名次相同的，按文件夹名先后列，不分高下。"
    if missing := group["without_points"]:
        note += f"另有{missing}家没有算出分（见“没有分数的”），可能排在任何一名，各家的名次都留了这个余地。"
    rows = [_unit_row(row) for row in group["rows"]]
    listing(book, "考评汇总表", note, _UNITS, rows, name)


def _unit_row(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    totals, counts, evidence = row["totals"], row["findings"]["counts"], row["evidence"]
    package = row["package"]
    return (
        place_text(row["place"]),
        row["unit"],
        Fraction(totals["total"]["min"]),
        Fraction(totals["total"]["max"]),
        grade_text(row["grade"]),
        *(_span(totals[key]) for key in ("base", "bonus", "deduction")),
        Fraction(totals["unsupported"]),
        Fraction(row["open"]),
        Fraction(row["held"]) if row["held"] is not None else "见“问题”",
        Fraction(counts[Severity.ERROR]),
        Fraction(counts[Severity.WARNING]),
        Fraction(evidence["pieces"]) if evidence else "—",
        Fraction(evidence["pages"]) if evidence else "—",
        f"{row['folder']}/{package['folder']}" if package else f"{row['folder']}：{_ENDED[row['status']]}",
    )


def grade_text(grade: Mapping[str, Any] | None) -> str:
    if grade is None:
        return "—"
    return grade["grade"] or "或".join(name or "不到最低一等" for name in grade["possible"])


def _span(total: Mapping[str, Any]) -> str:
    return span_text(Fraction(total["min"]), Fraction(total["max"]))


def _without_points(book: Book, document: Mapping[str, Any]) -> None:
    rows = [
        (
            its["folder"],
            _ENDED[its["status"]],
            "\n".join(
                f"{finding['problem']}{finding['mend']}"
                for finding in its["findings"]["findings"]
                if finding["severity"] == Severity.ERROR
            ),
        )
        for its in document["without_points"]
    ]
    note = f"共{len(rows)}家没有算出分，不在各张表里。改好以后再运行一次，只做有变动的单位。"
    listing(book, "没有分数的", note, _WITHOUT, rows)


def _parts(book: Book, name: str, group: Mapping[str, Any]) -> None:
    """Units × parts: points, or the least and the most where they are open; both ends stand beside the charts too.

    A page takes as many parts as can be read on it, each with the units' names.
    """
    names = [Column("名次", 12), Column("单位", 26, left=True)]
    columns = [*names, *(Column(section_text(section), _PART) for section in group["sections"]), Column("总分", _PART)]
    rows: list[tuple[Cell, ...]] = [
        (place_text(row["place"]), row["unit"], *map(_points, (*row["sections"], row["totals"]["total"])))
        for row in group["rows"]
    ]
    note = f"{_group_text(group)}　同自评分表各部分的小计：有基础分的部分只加基础分，加分、扣分另计在总分里。"
    note += "得分还没有定的，写最低到最高，分开的数在“图”右边。"
    sheet = listing(book, "各部分得分", note, columns, rows, name)
    if len(columns) - len(names) > _PARTS:
        sheet.repeat_columns(0, len(names) - 1)
        sheet.set_print_scale(_SCALE)
        sheet.set_v_pagebreaks([*range(len(names) + _PARTS, len(columns), _PARTS)])


def _points(total: Mapping[str, Any]) -> Cell:
    low, high = Fraction(total["min"]), Fraction(total["max"])
    return low if low == high else span_text(low, high)


def section_text(section: Mapping[str, Any]) -> str:
    of = f"（{section['of']}分）" if section["of"] is not None else ""
    return f"{section['section']}　{section['title']}{of}"


def _charts(book: Book, name: str, group: Mapping[str, Any]) -> None:
    """A bar for each unit, a chart for each part: what is certain, and beside it what is still open.

    The figures of the charts stand on the sheet to their right, so that they can be looked up.
    """
    sheet = book.sheet(name, [14] * 8)
    title = book.format(border=0, text_wrap=False, font_size=14)
    sheet.write_string(0, 0, "各部分得分（深色是已经定的，浅色是还没有定的）", title)
    height = 100 + _ROW * len(group["rows"])
    parts: list[tuple[str, list[Mapping[str, Any]]]] = [("总分", [row["totals"]["total"] for row in group["rows"]])]
    for index, section in enumerate(group["sections"]):
        parts.append((section_text(section), [row["sections"][index] for row in group["rows"]]))
    names = [row["unit"] for row in group["rows"]]
    plain, first = book.format(border=0, text_wrap=False), 20
    sheet.set_column(first - 1, first - 1, 26)
    sheet.write_string(1, first - 1, "单位", plain)
    for index, unit in enumerate(names, 2):
        sheet.write_string(index, first - 1, unit, plain)
    for order, (called, totals) in enumerate(parts):
        column = first + 3 * order
        bars = [_bar(Fraction(total["min"]), Fraction(total["max"])) for total in totals]
        chart = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
        for place, (head, colour) in enumerate((("已定", _SURE), ("可能再高", _OPEN), ("可能再低", _OPEN))):
            sheet.write_string(1, column + place, f"{called} {head}", plain)
            for index, bar in enumerate(bars, 2):
                sheet.write_number(index, column + place, float(bar[place]), plain)
            span = (2, 1 + len(names))
            chart.add_series({
                "name": head,
                "categories": [name, span[0], first - 1, span[1], first - 1],
                "values": [name, span[0], column + place, span[1], column + place],
                "fill": {"color": colour},
                "border": {"color": _SURE, "width": 0.75},
                "gap": 60,
            })  # fmt: skip
        font = {"name": FONT, "size": 10}
        chart.set_title({"name": called, "name_font": {**font, "size": 12}, "overlay": False})
        chart.set_y_axis(
            {"reverse": True, "num_font": font, "label_position": "low", "major_gridlines": {"visible": False}}
        )
        start = 0 if all(part >= 0 for bar in bars for part in bar) else None  # bars that begin elsewhere mislead
        chart.set_x_axis(
            {
                "min": start,
                "num_font": font,
                "crossing": "max",
                "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
            }
        )
        chart.set_legend({"none": True})  # the sheet's title is one: programs disagree on the order of a stack
        chart.set_size({"width": 860, "height": height})
        sheet.insert_chart(2 + order * (height // 20 + 2), 0, chart)
    rows = height // 20 + 2
    sheet.print_area(0, 0, 2 + len(parts) * rows, 14)
    sheet.set_print_scale(_SCALE)
    top, others = (max(1, lines // rows) for lines in (_PAGE - 2, _PAGE))  # the title stands above the first
    sheet.set_h_pagebreaks([1 + order * rows for order in range(top, len(parts), others)])  # no chart is cut in two


def _bar(low: Fraction, high: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """Return how far the bar goes for certain, and how much further it may go up, and down."""
    sure = low if low > 0 else min(high, Fraction(0))
    return sure, max(high, Fraction(0)) - max(low, Fraction(0)), min(low, Fraction(0)) - min(high, Fraction(0))


def _listed(
    book: Book, name: str, group: Mapping[str, Any] | None, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]
) -> None:
    note = f"{_group_text(group)}　" if group is not None else ""
    listing(book, name.partition("（")[0], f"{note}共{len(rows)}条。", columns, rows, name)


def _lines(group: Mapping[str, Any]) -> list[tuple[Cell, ...]]:
    return [
        (
            row["unit"], line["line"], line["title"], line["of"] or "—", Fraction(line["min"]), Fraction(line["max"]),
            _STATES[line["status"]], Fraction(line["unsupported"]),
        )
        for row in group["rows"]
        for line in row["lines"]
    ]  # fmt: skip


def _gaps(group: Mapping[str, Any]) -> list[tuple[Cell, ...]]:
    return [
        (
            row["unit"], gap["line"], gap["title"], LABELS[gap["kind"]], Fraction(gap["stake"]), gap["what"],
            gap["mend"], gap["due"] or UNSAID, gap["department"] or "（未分解）", gap["person"],
        )
        for row in group["rows"]
        for gap in row["gaps"]
    ]  # fmt: skip


def _deadlines(group: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            its["due"] or UNSAID, row["unit"], its["title"], "、".join(its["lines"]), "、".join(its["documents"]),
            its["sent"] or "",
        )
        for row in group["rows"]
        for its in row["deadlines"]
    ]  # fmt: skip


def _findings(document: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    scored = [(row["unit"], row["findings"]) for group in document["groups"] for row in group["rows"]]
    without = ((its["folder"], its["findings"]) for its in document["without_points"])
    for unit, listed in [*scored, *without, (_ALL, document["same_photos"])]:
        for finding in listed["findings"]:
            if finding["severity"] != Severity.NOTE:
                at = finding["at"]
                place = "　".join(str(value) for key, value in at.items() if key in ("file", "sheet", "cell", "path"))
                label = Severity(finding["severity"]).label
                yield unit, label, place, finding["problem"], finding["effect"], finding["mend"]
