r"""Build the Word templates from their readable sources: ``python tools/build_word_templates.py [--check]``.

A source is a text file, one paragraph a line, whose first mark says the style::

    // a remark                     = 公文标题        @ 主送机关
    # 一级标题   ## 二级   ### 三级   + 附件   ++ 附件续   > 落款   ~ (空行)
    ^ 附件标记 (a new page)           == 表题        -- 表注
    {%p if … %}   a control line of docxtpl
    |% 10 30 20    begins a table with columns of these shares
    |* 栏 | 栏      its head row, repeated on each page
    | 格 | 格       a row; |40 | 格 | 格  one of at least 40 points; | {%tr for … %}  a control row
    << _name         the lines of another source, which makes no template of its own
    [版头] [版记]    red head and imprint, where the unit asks for them
    [横排] [竖排]    the pages that follow are turned for a wide table, or upright again
    anything else is a paragraph of 公文正文; \n breaks a line inside it

Headings carry no numbers: they are counted when the document is made, after headings without text were left out.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from docx.enum.section import WD_SECTION
from word_base import base_document, turn
from word_form import Form
from word_letterhead import imprint, letterhead

from kaoping.core.zipbytes import repack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.document import Document

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "tools" / "word"
TARGETS = ROOT / "templates" / "word"
PACKS = ROOT / "templates" / "packs"
STYLE_OF = {
    "=": "公文标题",
    "@": "主送机关",
    "#": "Heading 1",
    "##": "Heading 2",
    "###": "Heading 3",
    "####": "Heading 4",
    "+": "附件",
    "++": "附件续",
    ">": "落款",
    "~": "空行",
    "^": "附件标记",
    "==": "表题",
    "--": "表注",
}
BLOCKS = {"[版头]": letterhead, "[版记]": imprint}
TURNS = {"[横排]": True, "[竖排]": False}
_OUTSIDE = r"(?![^{}]*[}%]})"  # of a tag
_BETWEEN = re.compile(rf" \|(?: |$){_OUTSIDE}")  # cells, not the filters of a tag
_BREAK = re.compile(rf"\\n{_OUTSIDE}")
_ROW = re.compile(r"\|(?:(\*|%)|(\d+) \|)?(?: |$)")


def from_text(source: str) -> Document:
    """Return the document that a source in the markup above describes."""
    lines = list(_lines(source))
    # A document that is turned from its first page on has no upright one before it.
    first = TURNS.get(lines[0]) if lines else None
    document = base_document(landscape=bool(first))
    table: Form | None = None
    for line in lines[1:] if first is not None else lines:
        if found := _ROW.match(line):
            table = _row(document, table, found[1] or found[2] or "", line[found.end() :])
            continue
        table = None
        if line in BLOCKS:
            BLOCKS[line](document)
            continue
        if line in TURNS:
            turn(document.add_section(WD_SECTION.NEW_PAGE), landscape=TURNS[line])
            continue
        mark, _, rest = line.partition(" ")
        style, text = (STYLE_OF[mark], rest.strip()) if mark in STYLE_OF else ("公文正文", line.strip())
        document.add_paragraph(_BREAK.sub("\n", text), style=style)
    return document


def _lines(source: str) -> Iterator[str]:
    """Yield the lines that say something, those of the sources that it takes in too."""
    for line in map(str.strip, source.splitlines()):
        if line.startswith("<< "):
            yield from _lines((SOURCES / f"{line[3:]}.txt").read_text(encoding="utf-8"))
        elif line and not line.startswith("//"):
            yield line


def _row(document: Document, table: Form | None, kind: str, rest: str) -> Form:
    """Add a row to the table, or begin one; return the table."""
    if kind == "%":
        return Form(document, [float(part) for part in rest.split()])
    assert table is not None, f"表格要先写列宽：{rest}"
    cells = [_BREAK.sub("\n", part.strip()) for part in _BETWEEN.split(rest)]
    table.add(cells, head=kind == "*", height=float(kind) if kind.isdigit() else 0)
    return table


def build() -> dict[str, bytes]:
    """Return all templates by file name, the same bytes each time."""
    documents = {"base.docx": base_document(), "landscape.docx": base_document(landscape=True)}
    for source in sorted(SOURCES.glob("[!_]*.txt")):
        documents[f"{source.stem}.docx"] = from_text(source.read_text(encoding="utf-8"))
    return {name: _bytes(document) for name, document in documents.items()}


def members(data: bytes) -> dict[str, bytes]:
    """Return what a docx holds; two of them are compared by this, for compressors differ between machines."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _there() -> dict[str, Path]:
    """The committed templates by their names; a pack's own stand in its folder."""
    return {path.name: path for folder in (TARGETS, *sorted(PACKS.iterdir())) for path in folder.glob("*.docx")}


def stale() -> list[str]:
    """Return the names of committed templates that differ from a rebuild."""
    built = build()
    there = {name: path.read_bytes() for name, path in _there().items()}
    names = built.keys() | there.keys()
    return sorted(
        name for name in names if name not in built or name not in there or members(built[name]) != members(there[name])
    )


def _bytes(document: Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return repack(stream.getvalue())


def main() -> int:
    """Write the templates, or with ``--check`` say which are stale; return the exit status."""
    if "--check" in sys.argv[1:]:
        for name in stale():
            print(f"{name} 与源文件不一致，请运行 python tools/build_word_templates.py")
        return 1 if stale() else 0
    there = _there()
    for name, data in build().items():
        target = there.get(name, TARGETS / name)
        target.write_bytes(data)
        print(target.relative_to(ROOT).as_posix())
    return 0


if __name__ == "__main__":
    sys.exit(main())
