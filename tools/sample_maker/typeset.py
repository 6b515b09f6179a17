"""Born-digital documents: a text with a small head, set by Typst with the Noto fonts that come with the tool."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import typst

from kaoping.core import resources

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Document:
    """One evidence file made of text. ``make`` says how it got onto paper: see ``sample_maker.files``."""

    path: str
    make: str
    title: str
    date: str
    issuer: str
    type: str = ""
    head: str = ""  # red letterhead
    no: str = ""  # 文号
    to: str = ""
    sign: str = ""
    copies: str = ""
    size: float = 16
    landscape: bool = False
    seal: bool = False
    overlay: bool = False  # only in the settled sample
    blocks: Sequence[Mapping[str, Any]] = field(default=())


def read(path: Path) -> list[Document]:
    """Read a file of documents: `=== path`, `name: value` lines, an empty line, the text."""
    chunks = path.read_text(encoding="utf-8").split("\n=== ")
    return [_document(chunk.removeprefix("=== ")) for chunk in chunks if chunk.strip() and not chunk.startswith("//")]


def _document(chunk: str) -> Document:
    head, _, body = chunk.partition("\n\n")
    path, *lines = head.strip().split("\n")
    known: dict[str, Any] = dict(line.split(": ", 1) for line in lines)
    if "size" in known:
        known["size"] = float(known["size"])
    for flag in ("landscape", "seal", "overlay"):
        known[flag] = flag in known
    known.setdefault("make", "typeset")
    known.setdefault("issuer", known.get("sign", ""))
    return Document(path=path, blocks=tuple(_blocks(body)), **known)


def _blocks(body: str) -> Iterator[dict[str, Any]]:
    rows: list[list[str]] = []
    for line in [*body.strip("\n").split("\n"), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if rows:
            yield table(rows)
            rows = []
        if line == "---":
            yield {"kind": "break"}
        elif line.startswith("## "):
            yield {"kind": "h2", "text": line[3:]}
        elif line.startswith("# "):
            yield {"kind": "h1", "text": line[2:]}
        elif line.startswith("> "):
            yield {"kind": "line", "text": line[2:]}
        elif line.startswith("^ "):
            yield {"kind": "center", "text": line[2:]}
        elif line:
            yield {"kind": "p", "text": line}


def table(rows: list[list[str]], widths: Sequence[float] = (), size: float = 11, pad: float = 1.8) -> dict[str, Any]:
    """Return a table block; a first row like `20mm` sets the widths, else the last column is as wide as can be."""
    if rows and all(cell.endswith("mm") or cell == "*" for cell in rows[0]):
        widths = [0 if cell == "*" else float(cell[:-2]) for cell in rows[0]]
        rows = rows[1:]
    widths = list(widths) or [0.0] * len(rows[0])
    return {"kind": "table", "rows": rows, "widths": widths, "size": size, "pad": pad}


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(resources.fonts())])
    return typst.Compiler(str(HERE / "page.typ"), root=str(HERE), font_paths=fonts)


def _inputs(doc: Document, scan: bool) -> dict[str, str]:
    names = ("title", "date", "issuer", "head", "no", "to", "sign", "copies", "size", "landscape", "seal")
    data = {name: getattr(doc, name) for name in names}
    data |= {"blocks": list(doc.blocks), "scan": scan, "leading": 0.78 if doc.size > 13 else 0.62}
    return {"data": json.dumps(data, ensure_ascii=False)}


def as_pdf(doc: Document) -> bytes:
    """Return the document as PDF, the same bytes every time."""
    result = _compiler().compile(format="pdf", sys_inputs=_inputs(doc, False), timestamp=1_500_000_000, pdf_tags=False)
    assert isinstance(result, bytes)
    return result


def as_images(doc: Document, ppi: int) -> list[bytes]:
    """Return the document's pages as PNG, for a scan."""
    result = _compiler().compile(format="png", ppi=ppi, sys_inputs=_inputs(replace(doc, seal=True), True))
    return list(result) if isinstance(result, list) else [result] if result else []
