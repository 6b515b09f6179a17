"""A PDF as pypdf reads it, which writes none of ours: for whoever checks what was written."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PdfReader


def open_pdf(path: Path) -> PdfReader:
    """Open a PDF for reading; the caller closes its ``stream``. Raises what pypdf raises for a damaged one."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it says in English what is a finding, in Chinese, here
    stream = path.open("rb")  # given a path, pypdf would read all of it into memory
    try:
        reader = PdfReader(stream)
        len(reader.pages)
    except BaseException:
        stream.close()
        raise
    return reader


def page_labels(reader: PdfReader, count: int) -> list[str]:
    """Return the label of each page (ISO 32000-1 section 12.4.2); digits only where they are decimal without prefix.

    pypdf's own list walks the number tree anew for each page; and letters are told from numbers here, no more.
    """
    tree = reader.root_object.get("/PageLabels")
    starts = sorted(_numbers(tree.get_object()), key=lambda entry: entry[0]) if tree is not None else []
    if not starts:
        return [f"（无标签）{sheet + 1}" for sheet in range(count)]
    labels: list[str] = ["（无标签）"] * min(starts[0][0], count)
    for (start, entry), (end, _) in zip(starts, [*starts[1:], (count, {})], strict=True):
        prefix, style, first = str(entry.get("/P", "")), entry.get("/S"), int(entry.get("/St", 1))
        for offset in range(min(end, count) - start):
            value = first + offset
            letter = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)
            labels.append(prefix + {"/D": str(value), "/A": letter, "/a": letter.lower()}.get(str(style), ""))
    return labels


def _numbers(root: Any) -> Iterator[tuple[int, Any]]:
    """Yield the entries of a number tree (7.9.7); a walk ends at what was seen before."""
    todo, seen = [root], {id(root)}
    while todo:
        node = todo.pop()
        pairs = node.get("/Nums", [])
        for at in range(0, len(pairs) - 1, 2):
            yield int(pairs[at]), pairs[at + 1].get_object()
        kids = [kid.get_object() for kid in node.get("/Kids", [])]
        todo += [kid for kid in kids if id(kid) not in seen and hasattr(kid, "get")]
        seen |= set(map(id, kids))
