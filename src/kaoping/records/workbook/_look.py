"""How the intake workbook looks: its formats, the width of a column, and the hint that stands at a heading."""

from __future__ import annotations

from typing import Any

from kaoping.core.schema import Field, ForeignKey, Kind
from kaoping.core.worksheets import HEAD_FONT, Book, wide

INK, PALE, GREY, DEAD, ASKS = "#1F4E79", "#DDEBF7", "#F2F2F2", "#E4E4E4", "#FFF8E1"
FAINT, LINES = "#7F7F7F", "#BFBFBF"

_WIDTHS = {"date": 12.5, "yearmonth": 10.0, "boolean": 9.0, "integer": 10.0, "number": 10.0}
_NUMBERS = {"date": "yyyy-mm-dd", "integer": "0", "number": "General"}
_WAYS = {"date": "写作 {year}-03-05", "yearmonth": "写作 {year}-03", "integer": "填整数", "number": "填数字"}
#: Half-width characters that a line of a comment holds, the pixels that it is wide, and those that a line is high.
_NOTE_CHARS, _NOTE_WIDTH, _NOTE_LINE = 40, 270, 17


class Look:
    """The formats of one workbook."""

    def __init__(self, book: Book) -> None:
        bare = {"border": 0, "text_wrap": False}
        self._book = book
        self._made: dict[tuple[Any, ...], Any] = {}
        self.title = book.format(**bare, font_name=HEAD_FONT, font_size=16, font_color=INK)
        self.heading = book.format(**bare, font_name=HEAD_FONT, font_size=12, font_color=INK)
        self.words = book.format(border=0, align="left")
        self.note = book.format(**bare, font_color=FAINT)
        self.label = book.format(**bare, align="right")
        self.link = book.format(**bare, font_color="#0563C1", underline=1)
        self.cell_link = self._boxed(font_color="#0563C1", underline=1, align="left")
        self.head = self._head(GREY)
        self.input_head = self._head(PALE)
        self.other_head = self._head("#FFFFFF", font_color=FAINT)
        self.star = book.format(border=0, font_name=HEAD_FONT, font_color="#C00000")
        self.black = book.format(border=0, font_name=HEAD_FONT)
        self.info = self._boxed(align="left")
        self.info_centre = self._boxed(align="center")
        self.dead = self._boxed(bg_color=DEAD)
        self.choice = self._boxed(align="center", bg_color=ASKS)
        self.counted = self._boxed(align="center", num_format="0")

    def _boxed(self, **more: Any) -> Any:
        return self._book.format(**{"border_color": LINES, **more})

    def _head(self, colour: str, **more: Any) -> Any:
        return self._boxed(font_name=HEAD_FONT, align="center", bg_color=colour, **more)

    def column(self, field: Field | None) -> Any:
        """Return the format of a whole column: how its values show, and that text stays text ("2017-01", "007")."""
        return self._field(field, border=0)

    def input(self, field: Field | None, **more: Any) -> Any:
        """Return the format of a single cell to be filled in."""
        return self._field(field, bg_color=ASKS, **more)

    def example(self, field: Field) -> Any:
        """Return the format of a cell of the example row; it holds text only."""
        return self._field(field, italic=True, font_color=FAINT, bg_color="#FAFAFA", num_format="@")

    def _field(self, field: Field | None, **more: Any) -> Any:
        """Formats by what they look like: two fields of one type share one."""
        style = {
            "num_format": _NUMBERS.get(field.type, "@") if field else "@",
            "align": "center" if field and short(field) else "left",
            **more,
        }
        key = tuple(sorted(style.items()))
        if key not in self._made:
            self._made[key] = self._boxed(**style)
        return self._made[key]


def short(field: Field) -> bool:
    """Whether the field's values are short words and numbers, best read in the middle of their column."""
    return not field.listed and (field.type != "string" or bool(field.options))


def width_of(field: Field) -> float:
    """Return a column's width (half-width characters) for what the field is likely to hold."""
    if field.listed:
        return 34.0
    if field.options:
        need = min(max(wide(option) for option in field.options) + 5.0, 24.0)
    elif field.type in _WIDTHS:
        need = _WIDTHS[field.type]
    else:
        need = min(max(wide(field.example) + 3.0, 12.0), 32.0) if field.example else 16.0
    return max(need, min(wide(field.heading) + 4.0, 14.0), 9.0)


def hint_of(field: Field, year: int, foreign: ForeignKey | None = None, target: Kind | None = None) -> str:
    """Return what a clerk should know of the column, one thing a line: whether it must be filled in, how, by what."""
    lines = ["必填。" if field.required else "可以不填。"]
    if field.options:
        lines.append("只能选：" + "、".join(field.options))
    elif field.type == "boolean":
        lines.append("只能选：是、否")
    elif field.type in _WAYS:
        unit = f"，单位是{field.unit}" if field.unit else ""
        lines.append(f"{_WAYS[field.type].format(year=year)}{unit}。")
    if field.in_year:
        lines.append(f"须在{year}年内。")
    if field.unique:
        lines.append("每条各不相同，不能重复。")
    if foreign and target:
        names = [target.field(name) for name in dict.fromkeys((foreign.target, foreign.by)) if name]
        lines.append(f"填“{target.title}”表里的{'或'.join(f'“{name.title}”' for name in names if name)}。")
    if field.hint:
        lines.append(field.hint.rstrip("。") + "。")
    if field.example and not field.options and field.type == "string":
        lines.append(f"例：{field.example}")
    return "\n".join(lines)


def comment(sheet: Any, row: int, column: int, text: str) -> None:
    """Put ``text`` beside a cell as a comment (批注) that is large enough to show all of it."""
    lines = sum(1 + (wide(line) - 1) // _NOTE_CHARS for line in text.split("\n"))
    size = {"width": _NOTE_WIDTH, "height": lines * _NOTE_LINE + 14}
    sheet.write_comment(row, column, text, {**size, "font_name": "宋体", "font_size": 10, "color": "#FFFFE1"})
