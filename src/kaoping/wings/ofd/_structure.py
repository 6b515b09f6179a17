"""What stands in an OFD: its parts by their paths, resources by their numbers, pages with all that is drawn on them."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kaoping.core.zipbytes import BROKEN
from kaoping.evidence.convert import NotShownError

_MOST = 500_000_000  # bytes of all parts
_RATIO = 200  # times the packed size, for a part over 10 MB
_LARGE = 10_000_000
_MOST_PAGES = 2000
_NO_TEMPLATE = "有的页的底版（模板页）读不出来，没有显示，请看附件里的原件。"
_NO_NOTES = "批注读不出来，没有显示，请看附件里的原件。"
_NO_ATTACHMENTS = "所带附件的清单读不出来，附件没有展开，请看附件里的原件。"
_A4 = (0.0, 0.0, 210.0, 297.0)  # mm
_BROKEN = "OFD 已损坏，打不开。请用 OFD 阅读器打开后另存一份，或打印成 PDF。"
_LOCKED = "OFD 加了密，打不开。请换成不加密的文件，或打印成 PDF。"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its size in mm, and the elements to draw, in their order."""

    box: tuple[float, float, float, float]
    layers: tuple[Any, ...]
    stamps: tuple[Stamp, ...] = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """A seal on a page: where (mm), and the file that holds its picture."""

    box: tuple[float, float, float, float]
    data: bytes


@dataclass(slots=True)
class Ofd:
    """An opened OFD. Resources are numbered within a document; a number may have another meaning in the next."""

    archive: zipfile.ZipFile
    names: Mapping[str, str]  # part, in lower case → as it is in the zip
    pages: list[Page] = field(default_factory=list)
    fonts: dict[str, Any] = field(default_factory=dict)  # ID → element
    media: dict[str, str] = field(default_factory=dict)  # ID → part
    params: dict[str, Any] = field(default_factory=dict)  # ID → DrawParam
    units: dict[str, Any] = field(default_factory=dict)  # ID → CompositeGraphicUnit
    font_files: dict[str, str] = field(default_factory=dict)  # ID → part
    attachments: list[tuple[str, str]] = field(default_factory=list)  # name, part
    is_signed: bool = False
    unread_seals: int = 0
    lost: list[str] = field(default_factory=list)  # what can't be read of it, besides its pages: Chinese sentences
    lacks_resources: bool = False  # a part with resources can't be read: what uses them can't be drawn

    def aside(self, part: str, lost: str) -> Any:
        """Return the root of an XML part that is no page; None, and ``lost`` is noted, where it can't be read."""
        try:
            return self.xml(part)
        except NotShownError:
            self.lost += [lost] if lost else []
            return None

    def read(self, part: str) -> bytes:
        """Return a part; raises NotShownError where it is not there or is damaged."""
        name = self.names.get(part.strip().lstrip("/").lower())
        if name is None:
            raise NotShownError(f"OFD 里缺少“{posixpath.basename(part)}”。请用 OFD 阅读器打开后另存一份。")
        try:
            return self.archive.read(name)
        except BROKEN as error:
            raise NotShownError(_BROKEN) from error

    def xml(self, part: str) -> Any:
        """Return the root of an XML part."""
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        try:
            return etree.fromstring(self.read(part), parser)
        except etree.XMLSyntaxError as error:
            raise NotShownError(_BROKEN) from error


@contextmanager
def open_ofd(source: Path) -> Iterator[Ofd]:
    """Open the OFD at ``source``; raises NotShownError where it is none that can be shown."""
    try:
        archive = zipfile.ZipFile(source)
    except BROKEN as error:
        raise NotShownError(_BROKEN) from error
    with archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > _MOST or any(map(_is_bomb, entries)):
            raise NotShownError("OFD 解开后大得超出常理，没有打开。")
        names = {entry.filename.replace("\\", "/").lstrip("/").lower(): entry.filename for entry in entries}
        if "encryptions.xml" in names:
            raise NotShownError(_LOCKED)
        ofd = Ofd(archive, names)
        root = ofd.xml("OFD.xml")
        for body in root.iter("{*}DocBody"):
            where = text(body, "DocRoot")
            if where:
                _read_document(ofd, where, text(body, "Signatures"))
        yield ofd


def numbers(value: str | None) -> list[float]:
    """Return the numbers in an attribute; raises NotShownError where they are none."""
    try:
        return [float(part) for part in (value or "").split()]
    except ValueError as error:
        raise NotShownError(_BROKEN) from error


def box(value: str | None) -> tuple[float, float, float, float]:
    """Return an ST_Box: left, top, width, height in mm."""
    edges = numbers(value)
    return (edges[0], edges[1], edges[2], edges[3]) if len(edges) == 4 else (0.0, 0.0, 0.0, 0.0)


def text(element: Any, name: str) -> str:
    """Return the text of the first child ``name``."""
    child = element.find("{*}" + name)
    return (child.text or "").strip() if child is not None else ""


def local(element: Any) -> str:
    """Return an element's name without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def part_path(base: str, path: str) -> str:
    """Return ``path`` seen from the folder ``base``: one that begins with / is seen from the root."""
    path = path.strip().replace("\\", "/")
    return path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(base, path))


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > _LARGE and entry.file_size > _RATIO * max(entry.compress_size, 1)


def _read_document(ofd: Ofd, where: str, signatures: str) -> None:
    where = where.lstrip("/")
    base = posixpath.dirname(where)
    root = ofd.xml(where)
    common = root.find("{*}CommonData")
    area = common.find("{*}PageArea") if common is not None else None
    if common is not None:
        for kind in ("PublicRes", "DocumentRes"):
            for resource in common.iter("{*}" + kind):
                _read_resources(ofd, part_path(base, resource.text or ""))
    templates = {page.get("ID"): part_path(base, page.get("BaseLoc", "")) for page in root.iter("{*}TemplatePage")}
    notes = _annotations(ofd, base, text(root, "Annotations"))
    stamps = _stamps(ofd, part_path("", signatures)) if signatures else {}
    pages = root.find("{*}Pages")
    for entry in pages.iter("{*}Page") if pages is not None else ():
        if len(ofd.pages) >= _MOST_PAGES:
            raise NotShownError(f"OFD 超过{_MOST_PAGES}页。请拆成几个文件。")
        id_ = entry.get("ID", "")
        page = ofd.xml(part := part_path(base, entry.get("BaseLoc", "")))
        for resource in page.findall("{*}PageRes"):
            _read_resources(ofd, part_path(posixpath.dirname(part), resource.text or ""))
        layers = [*_layers(ofd, page, templates), *notes.get(id_, [])]
        ofd.pages.append(Page(_size(page.find("{*}Area"), area), tuple(layers), tuple(stamps.get(id_, ()))))
    if attached := text(root, "Attachments"):
        listed = ofd.aside(part_path(base, attached), _NO_ATTACHMENTS)
        files = listed.iter("{*}Attachment") if listed is not None else ()
        base = posixpath.dirname(part_path(base, attached))
        for file in files:
            where = part_path(base, text(file, "FileLoc") or file.get("FileLoc", ""))
            name = file.get("Name") or file.get("ID", "")
            suffix = posixpath.splitext(where)[1]
            ofd.attachments.append((name if posixpath.splitext(name)[1] else f"{name}{suffix}", where))


def _size(page_area: Any, default_area: Any) -> tuple[float, float, float, float]:
    for area in (page_area, default_area):
        if area is not None and (stated := text(area, "PhysicalBox")):
            size = box(stated)
            if 1 < size[2] < 5000 and 1 < size[3] < 5000:
                return size
    return _A4


def _layers(ofd: Ofd, page: Any, templates: Mapping[str | None, str]) -> list[Any]:
    """Return the layers of a page with those of its templates, from the back to the front."""
    back: list[Any] = []
    front: list[Any] = []
    for used in page.findall("{*}Template"):
        part = templates.get(used.get("TemplateID"))
        root = ofd.aside(part, _NO_TEMPLATE) if part else None
        if root is not None:
            content = root.find("{*}Content")
            (front if used.get("ZOrder") == "Foreground" else back).extend(content if content is not None else ())
    content = page.find("{*}Content")
    return [*back, *(content if content is not None else ()), *front]


def _read_resources(ofd: Ofd, part: str) -> None:
    """Read a part with resources; one that can't be read is told where something on a page needs it."""
    try:
        root = ofd.xml(part)
    except NotShownError:
        ofd.lacks_resources = True
        return
    base = part_path(posixpath.dirname(part), root.get("BaseLoc", ""))
    for font in root.iter("{*}Font"):
        ofd.fonts[font.get("ID")] = font
        if file := text(font, "FontFile"):
            ofd.font_files[font.get("ID")] = part_path(base, file)
    for medium in root.iter("{*}MultiMedia"):
        ofd.media[medium.get("ID")] = part_path(base, text(medium, "MediaFile"))
    ofd.params |= {param.get("ID"): param for param in root.iter("{*}DrawParam")}
    ofd.units |= {unit.get("ID"): unit for unit in root.iter("{*}CompositeGraphicUnit")}


def _annotations(ofd: Ofd, base: str, part: str) -> dict[str, list[Any]]:
    """Return page → what its annotations look like."""
    notes: dict[str, list[Any]] = {}
    if not part:
        return notes
    part = part_path(base, part)
    root = ofd.aside(part, _NO_NOTES)
    for page in root.iter("{*}Page") if root is not None else ():
        file = ofd.aside(part_path(posixpath.dirname(part), text(page, "FileLoc")), _NO_NOTES)
        for note in file.iter("{*}Annot") if file is not None else ():
            look = note.find("{*}Appearance")
            if look is not None and note.get("Visible") != "false":
                notes.setdefault(page.get("PageID", ""), []).append(look)
    return notes


def _stamps(ofd: Ofd, part: str) -> dict[str, list[Stamp]]:
    """Return page → the seals on it (GB/T 33190, 18)."""
    stamps: dict[str, list[Stamp]] = {}
    listed = ofd.aside(part, "")
    ofd.is_signed |= listed is None
    for signature in listed.iter("{*}Signature") if listed is not None else ():
        ofd.is_signed = True
        try:
            for page, stamp in _stamps_of(ofd, part_path(posixpath.dirname(part), signature.get("BaseLoc", ""))):
                stamps.setdefault(page, []).append(stamp)
        except NotShownError:
            ofd.unread_seals += 1
    return stamps


def _stamps_of(ofd: Ofd, part: str) -> Iterator[tuple[str, Stamp]]:
    """Yield the seals of one signature, each with its page."""
    root = ofd.xml(part)
    base = posixpath.dirname(part)
    seal = root.find(".//{*}Seal")
    files = [text(seal, "BaseLoc")] if seal is not None else []
    files.append(text(root, "SignedValue"))
    data = b"".join(ofd.read(part_path(base, file)) for file in files[:1] if file)
    for note in root.iter("{*}StampAnnot"):
        yield note.get("PageRef", ""), Stamp(box(note.get("Boundary")), data)
