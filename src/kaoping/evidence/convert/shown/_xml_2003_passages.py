"""The texts of Office 2003's XML files, as their pages should show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kaoping.evidence.convert.frozen._office_zip import attribute, elements, local
from kaoping.evidence.convert.shown._passages import Passage

_APART = frozenset({"p", "instrText", "delText", "binData"})


def passages_2003(root: Any) -> Iterator[Passage]:
    """Yield what the frozen file ``root`` says: of a document each paragraph, of sheets each cell of text."""
    if local(root) == "Workbook":
        yield from _cells(root)
        return
    body = next(elements(root, "body"), None)
    number = 0
    for paragraph in elements(body, "p") if body is not None else ():
        if text := _text_of(paragraph).strip():
            number += 1
            yield Passage(f"第{number}段", text)


def _cells(root: Any) -> Iterator[Passage]:
    for sheet in elements(root, "Worksheet"):
        row = 0
        for held in elements(sheet, "Row"):
            row = int(attribute(held, "Index") or row + 1)
            for data in held.iterfind("{*}Cell/{*}Data"):
                if attribute(data, "Type") == "String" and (text := "".join(data.itertext()).strip()):
                    yield Passage(f"“{attribute(sheet, 'Name')}”第{row}行", text)


def _text_of(holder: Any) -> str:
    pieces = []
    for inner in holder:
        name = local(inner)
        if name == "t":
            pieces.append(inner.text or "")
        elif name in ("tab", "br"):
            pieces.append(" ")
        elif name not in _APART:
            pieces.append(_text_of(inner))
    return "".join(pieces)
