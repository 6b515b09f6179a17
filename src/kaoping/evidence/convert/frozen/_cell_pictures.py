"""Pictures that stand in cells: WPS keeps them apart and names them by a formula, which nothing else can show.

In the copy each is drawn over its cell. Excel's (rich values) are told.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any

from lxml import etree

from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert.frozen._office_zip import attribute, drop, elements, parse, relations_of
from kaoping.evidence.convert.frozen._workbook_parts import Sheet, Workbook, column_number

_NOT_SHOWN = "单元格里的图片没有显示：{}。"
_PART = "xl/cellimages.xml"
_FORMULA = re.compile(r"DISPIMG\(\s*\"?(ID_\w+)", re.I)
_PLACE = re.compile(r"([A-Z]+)(\d+)")
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWN = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
_EMU = 12700  # a point
_WIDTH, _HEIGHT = 130.0, 90.0  # points: the room that a picture takes at most
#: What may stand in a sheet behind its drawing (18.3.1.99).
_BEHIND = (
    "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip


class CellPictures:
    """The pictures that the cells of a workbook name."""

    def __init__(self, book: Workbook, losses: Losses) -> None:
        self._archive, self._losses = book.archive, losses
        self._pictures: dict[str, tuple[str, float]] = {}  # name → part, width by height
        self._count = 0
        root = self._archive.tree(_PART)
        related = self._archive.related(_PART) if root is not None else {}
        for picture in elements(root, "pic") if root is not None else ():
            name = next((attribute(entry, "name") for entry in elements(picture, "cNvPr")), "")
            blip = next(elements(picture, "blip"), None)
            _, target, outside = related.get(attribute(blip, "embed") if blip is not None else "", ("", "", True))
            if not outside and target in self._archive.names:
                self._pictures[name] = target, _shape(picture)

    def show(self, sheet: Sheet, root: Any) -> None:
        """Draw the pictures of the cells of ``root`` over them; those that can't be are told."""
        drawing: _Drawing | None = None
        for cell in list(root.iterfind("{*}sheetData/{*}row/{*}c")):
            place = cell.get("r", "")
            if cell.get("vm") is not None and cell.get("t") == "e":
                self._losses.add(_NOT_SHOWN, f"{sheet.name}!{place}")
            match = _FORMULA.search(cell.findtext("{*}f") or cell.findtext("{*}v") or "")
            spot = _PLACE.fullmatch(place)
            if match is None:
                continue
            if match[1] not in self._pictures or spot is None:
                self._losses.add(_NOT_SHOWN, f"{sheet.name}!{place}")
                continue
            drawing = drawing or _Drawing(self._archive, sheet.part, root)
            part, shape = self._pictures[match[1]]
            width, height = min(_WIDTH, _HEIGHT * shape), min(_HEIGHT, _WIDTH / shape)
            drawing.draw(part, (column_number(spot[1]), int(spot[2])), (width, height))
            _make_room(root, cell, width, height)
            for inner in list(cell):
                drop(inner)
            cell.attrib.pop("t", None)


class _Drawing:
    """The drawing of a sheet, made where it has none."""

    def __init__(self, archive: Any, sheet: str, root: Any) -> None:
        self._archive = archive
        held = root.find("{*}drawing")
        known = (
            archive.related(sheet).get(attribute(held, "id"), ("", "", True)) if held is not None else ("", "", True)
        )
        if known[1] in archive.names:
            self._part, self._root = known[1], archive.tree(known[1])
        else:
            stem = posixpath.basename(sheet).partition(".")[0]
            self._part = f"xl/drawings/cells-{stem}.xml"
            self._root = etree.Element(f"{{{_DRAWN}}}wsDr", nsmap={"xdr": _DRAWN, "a": _MAIN, "r": _RELATION})
            _put_drawing(root, _relate(archive, sheet, "drawing", f"/{self._part}"))
            types = archive.tree("[Content_Types].xml")
            etree.SubElement(
                types, f"{{{_PACKAGE}/content-types}}Override", PartName=f"/{self._part}", ContentType=_TYPE
            )
            archive.changed("[Content_Types].xml")
        archive.hold(self._part, self._root)

    def draw(self, picture: str, spot: tuple[int, int], size: tuple[float, float]) -> None:
        """Put the part ``picture`` over the cell at column and row ``spot``, ``size`` points wide and high."""
        id_ = _relate(self._archive, self._part, "image", f"/{picture}")
        column, row = spot
        width, height = (int(points * _EMU) for points in size)
        number = len(self._root) + 1000
        self._root.append(
            parse(
                f'<xdr:oneCellAnchor xmlns:xdr="{_DRAWN}" xmlns:a="{_MAIN}" xmlns:r="{_RELATION}"><xdr:from><xdr:col>'
                f"{column - 1}</xdr:col><xdr:colOff>12700</xdr:colOff><xdr:row>{row - 1}</xdr:row><xdr:rowOff>12700"
                f'</xdr:rowOff></xdr:from><xdr:ext cx="{width}" cy="{height}"/><xdr:pic><xdr:nvPicPr><xdr:cNvPr '
                f'id="{number}" name="{number}"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="{id_}"/>'
                f'<a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext '
                f'cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr>'
                f"</xdr:pic><xdr:clientData/></xdr:oneCellAnchor>".encode()
            )
        )


def _relate(archive: Any, part: str, kind: str, target: str) -> str:
    """Add a relation to ``part``; returns its id."""
    name = relations_of(part)
    root = archive.tree(name)
    if root is None:
        root = parse(f'<Relationships xmlns="{_PACKAGE}/relationships"/>'.encode())
    archive.hold(name, root)
    id_ = f"rIdCell{len(root) + 1}"
    tag = f"{{{_PACKAGE}/relationships}}Relationship"
    etree.SubElement(root, tag, Id=id_, Type=f"{_RELATION}/{kind}", Target=target)
    return id_


def _put_drawing(root: Any, id_: str) -> None:
    """Name the drawing in the sheet, where the schema has it."""
    for held in root.findall("{*}drawing"):
        drop(held)
    element = root.makeelement(root.tag.replace("}worksheet", "}drawing"), nsmap={"r": _RELATION})
    element.set(f"{{{_RELATION}}}id", id_)
    behind = next((inner for inner in root if inner.tag.rpartition("}")[2] in _BEHIND), None)
    if behind is not None:
        behind.addprevious(element)
    else:
        root.append(element)


def _shape(picture: Any) -> float:
    """Return how wide a picture is by its height; 4:3 where it does not say."""
    size: Any = next(elements(picture, "ext"), None)
    try:
        width, height = float(size.get("cx")), float(size.get("cy"))
        return width / height if width > 0 and height > 0 else 4 / 3
    except (AttributeError, TypeError, ValueError):
        return 4 / 3


def _make_room(root: Any, cell: Any, width: float, height: float) -> None:
    """Make the row of ``cell`` as high as its picture; its column is fitted by a text as wide."""
    row = cell.getparent()
    try:
        known = float(row.get("ht", "0"))
    except ValueError:
        known = 0.0
    if known < height + 2:
        row.set("ht", f"{height + 2:.1f}")
        row.set("customHeight", "1")
    cell.set("width-of-picture", f"{width:.1f}")
