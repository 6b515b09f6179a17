"""From texts, tables and pictures to the files under 材料/, and their register ``records/evidence.yaml``."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import docx

from kaoping.core import packs
from sample_maker import desk, ledgers, paper, pictures, typeset
from sample_maker.ledgers import Row
from sample_maker.typeset import Document

#: A file to be written: its path under 材料/, how to make it, its entry in the register ("" for a default type).
Made = tuple[str, Callable[[], bytes], Row]
#: What is made of a text, rather than drawn by Typst.
OTHERS: dict[str, Callable[[Document], bytes]] = {
    "tiff": desk.tiff,
    "phone": desk.phone,
    "docx": desk.word,
    "xlsx": desk.sheet,
    "txt": partial(desk.plain, encoding="utf-8-sig"),
    "gbk": partial(desk.plain, encoding="gbk"),
    "ofd": desk.ofd,
}


def of_documents(documents: Sequence[Document]) -> Iterator[Made]:
    """Return the files of documents."""
    for doc in documents:
        yield doc.path, partial(render, doc), register(doc)


def register(doc: Document) -> Row:
    """Return the document's entry in the register of evidence."""
    title = doc.title.replace("\\n", "").replace("\n", "")
    return {
        "path": doc.path,
        "type": doc.type,
        "title": title,
        "doc_no": doc.no if "〔" in doc.no else "",
        "issuer": doc.issuer,
        "date": doc.date,
    }


def filled(doc: Document, macros: Mapping[str, Callable[[Document, str], list[dict[str, Any]]]]) -> Document:
    """Return the document with `{{macro}}` lines replaced by what they stand for."""
    blocks: list[Any] = []
    for block in doc.blocks:
        text = str(block.get("text", ""))
        if text.startswith("{{"):
            name, _, argument = text.strip("{}").partition(" ")
            blocks += macros[name](doc, argument)
        else:
            blocks.append(block)
    return replace(doc, blocks=tuple(blocks), title=doc.title.replace("\\n", "\n"))


def render(doc: Document) -> bytes:
    """Return the document as a file, made the way it says."""
    if doc.make in OTHERS:
        return OTHERS[doc.make](doc)
    if doc.make == "bw":
        return paper.scan(typeset.as_images(doc, 150), doc.path, bw=True, ppi=150)
    if doc.make == "gray":
        return paper.scan(typeset.as_images(doc, 100), doc.path, bw=False, ppi=100)
    if doc.make == "hand":
        pages = [paper.handwritten(page, doc.path, 2) for page in typeset.as_images(replace(doc, sign=""), 100)]
        return paper.scan(pages, doc.path, bw=False, ppi=100)
    pdf = typeset.as_pdf(doc)
    if doc.make == "mixed":  # the first page upright, the long table on its side
        at = next(i for i, block in enumerate(doc.blocks) if block["kind"] == "break")
        parts = [replace(doc, blocks=doc.blocks[:at]), replace(doc, blocks=doc.blocks[at + 1 :], landscape=True)]
        return paper.joined([typeset.as_pdf(part) for part in parts])
    odd = {"rotated": paper.rotated, "crop": paper.cropped, "damaged": paper.damaged, "locked": desk.locked}.get(
        doc.make
    )
    return odd(pdf) if odd else pdf


def of_photos(photos: Sequence[pictures.Photo], issuer: str) -> Iterator[Made]:
    """Return the files of photos; a newspaper or television picture is a media report."""
    for photo in photos:
        kind = "news" if photo.scene in ("newspaper", "television") else "photo"
        who = photo.words.split("|")[0] if kind == "news" else issuer
        row = {"path": photo.path, "type": kind, "title": photo.title, "issuer": who, "date": photo.date}
        yield photo.path, partial(pictures.take, photo), row


def of_screens(screens: Sequence[pictures.Screen]) -> Iterator[Made]:
    """Return the files of screenshots, with what they must state to prove anything."""
    for screen in screens:
        row = {
            "path": screen.path,
            "type": screen.type,
            "title": screen.page.split(" > ")[-1],
            "issuer": screen.issuer,
            "date": screen.date,
            "account": screen.account,
            "query": screen.query,
            "captured": screen.time,
        }
        yield screen.path, partial(pictures.shoot, screen), row


def word(path: str, title: str, issuer: str, date: str, paragraphs: Sequence[str]) -> Made:
    """Return a Word file."""

    def make() -> bytes:
        document = docx.Document()
        document.core_properties.author = issuer
        document.add_heading(title, 1)
        for text in paragraphs:
            document.add_paragraph(text)
        document.add_paragraph(f"{issuer}\n{date}")
        stream = io.BytesIO()
        document.save(stream)
        return desk.fixed(stream.getvalue())

    return path, make, {"path": path, "type": "summary", "title": title, "issuer": issuer, "date": date}


def write(folder: Path, made: Sequence[Made], registered: Sequence[Made]) -> None:
    """Write the files below ``folder``/材料, and the register of evidence with the entries of ``registered``."""
    for path, make, _ in made:
        target = folder / "材料" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(make())
    types = {"": "", **{kind.id: kind.title for kind in packs.find(packs.default()).evidence_types.values()}}
    rows = [row | {"type": types[row["type"]]} for _, _, row in registered]
    ledgers.write(folder / "records" / "evidence.yaml", rows, "佐证材料登记")
