"""Small Word templates for tests: paragraphs as text, or as the runs that Word would make of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kaoping.core import resources
from kaoping.documents import manuscript

NAME = "自评报告.docx"
Part = str | Callable[[Any], None]


def template(folder: Path, parts: Sequence[Part], name: str = NAME) -> Path:
    """Write a template; a part is the text of a paragraph, or does something to the document."""
    document = docx.Document(str(resources.template("word", "base.docx")))
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part, style="公文正文")
        else:
            part(document)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))
    return path


def from_source(folder: Path, text: str) -> Path:
    """Write the template that a source with this text describes."""
    source = folder / "template.txt"
    source.write_text(text, encoding="utf-8")
    path = source.with_suffix(".docx")
    path.write_bytes(manuscript.template_bytes(source))
    return path


def runs(inner: str) -> Part:
    """A paragraph of this XML; ``[text]`` is a run."""

    def add(document: Any) -> None:
        xml = inner.replace("[", '<w:r><w:t xml:space="preserve">').replace("]", "</w:t></w:r>")
        document.element.body[-1].addprevious(parse_xml(f"<w:p {nsdecls('w', 'r')}>{xml}</w:p>"))

    return add


def table(*rows: Sequence[str]) -> Part:
    """A table with these words."""

    def add(document: Any) -> None:
        made = document.add_table(len(rows), len(rows[0]))
        for row, words in zip(made.rows, rows, strict=True):
            for cell, text in zip(row.cells, words, strict=True):
                cell.paragraphs[0].add_run(text)

    return add


def header(text: str) -> Part:
    """The words of the page header."""

    def add(document: Any) -> None:
        document.sections[0].header.is_linked_to_previous = False
        document.sections[0].header.paragraphs[0].text = text
        document.sections[0].header.paragraphs[0].style = "公文正文"

    return add


def text_box(text: str) -> Part:
    """A paragraph with a text box."""
    box = f"<w:txbxContent><w:p>[{text}]</w:p></w:txbxContent>"
    return runs(
        f'<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{box}</v:textbox></v:shape>'
        "</w:pict></w:r>"
    )


def comment(text: str) -> Part:
    """A paragraph with a comment that says this."""

    def add(document: Any) -> None:
        paragraph = document.add_paragraph("有批注的一段。", style="公文正文")
        document.add_comment(paragraph.runs[0], text)

    return add


def without_style(name: str) -> Part:
    """Take a style out of the file."""

    def add(document: Any) -> None:
        style = document.styles[name].element
        style.getparent().remove(style)

    return add
