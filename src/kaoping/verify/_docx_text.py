"""Reading Word documents for a check: their text, tables and what hides in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def document(path: Path) -> Document:
    """Open a docx; raises what python-docx raises for a damaged one."""
    import docx

    return docx.Document(str(path))


def parts(opened: Document) -> Iterator[tuple[str, Any]]:
    """Yield (name, root) of each WordprocessingML part: the body, headers, footers, notes, comments."""
    from docx.opc.part import XmlPart
    from lxml import etree

    for part in opened.part.package.iter_parts():
        if "wordprocessingml" in part.content_type and part.content_type.endswith("+xml"):
            root = part.element if isinstance(part, XmlPart) else etree.fromstring(part.blob)
            yield str(part.partname).strip("/"), root


def text(opened: Document) -> str:
    """Return the text of all parts, a line for each paragraph."""
    return "\n".join(text_of(paragraph) for _, root in parts(opened) for paragraph in root.iter(f"{_W}p"))


def text_of(element: Any) -> str:
    """Return the text under an element, with its line breaks."""
    marks = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "\t"}
    return "".join(node.text or "" if node.tag == f"{_W}t" else marks.get(node.tag, "") for node in element.iter())


def table_texts(table: Any) -> list[list[str]]:
    """Return a table's texts by grid row and column; a cell across columns stands in each of them.

    Read from the XML: asking python-docx for the cells of a long table takes minutes.
    """
    rows = []
    for row in table._tbl.iter(f"{_W}tr"):
        cells: list[str] = []
        for cell in row.iterchildren(f"{_W}tc"):
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            paragraphs = "\n".join(text_of(paragraph) for paragraph in cell.iter(f"{_W}p"))
            cells += [paragraphs] * (int(span.get(f"{_W}val")) if span is not None else 1)
        rows.append(cells)
    return rows


def hidden_content(opened: Document) -> Iterator[str]:
    """Yield in Chinese what a reader would not see at once: comments, tracked changes, hidden text."""
    counts: dict[str, int] = {}
    kinds = {
        f"{_W}comment": "条批注",
        f"{_W}commentReference": "处批注标记",
        f"{_W}ins": "处修订（插入）",
        f"{_W}del": "处修订（删除）",
        f"{_W}vanish": "处隐藏文字",
    }
    for name, root in parts(opened):
        for tag, words in kinds.items():
            if tag == f"{_W}vanish" and name.endswith("styles.xml"):
                continue  # Word's own styles hide text for its own use
            counts[words] = counts.get(words, 0) + sum(1 for _ in root.iter(tag))
    if counts["条批注"]:
        counts["处批注标记"] = 0  # one and the same
    yield from (f"{count}{words}" for words, count in counts.items() if count)
