"""An Office file as a zip of parts (ECMA-376-2, ODF 1.2 part 3), of which some are changed in a copy."""

from __future__ import annotations

import posixpath
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from lxml import etree

_MOST_WHOLE = 1_000_000_000  # bytes of all parts, unpacked
_BLOCK = 1 << 20
_MOST = 40_000_000  # bytes of a part that is read whole: as a tree it takes twenty-five times that
_TYPES = "[Content_Types].xml"


class TooLargeError(Exception):
    """A part is too large to be read whole."""


class OfficeZip:
    """The parts of the Office file at ``source``; raises zipfile.BadZipFile where it is none.

    Trees are read once, and stand for their part in the copy where they were :meth:`changed`.
    """

    def __init__(self, source: Path) -> None:
        self._zip = zipfile.ZipFile(source)
        self.names = {entry.filename: entry for entry in self._zip.infolist()}
        self._trees: dict[str, Any] = {}
        self._changed: set[str] = set()
        self.has_unread = False  # a part that was asked for is no XML, or too deep

    def __enter__(self) -> OfficeZip:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()

    def read(self, name: str) -> bytes:
        """Return the bytes of a part; raises KeyError where there is none, TooLargeError where it is too large."""
        if self.names[name].file_size > _MOST:
            raise TooLargeError(name)
        return self._zip.read(name)

    def tree(self, name: str) -> Any:
        """Return the root element of a part; None where there is no such part, or it is no XML."""
        if name not in self._trees:
            self._trees[name] = parse(self.read(name)) if name in self.names else None
            self.has_unread |= name in self.names and self._trees[name] is None
        return self._trees[name]

    def changed(self, name: str) -> None:
        """Note that the tree of a part was changed."""
        self._changed.add(name)

    def hold(self, name: str, root: Any) -> None:
        """Let ``root`` stand for the part ``name``, which may be new."""
        self._trees[name] = root
        self._changed.add(name)

    def typed(self, *kinds: str) -> list[str]:
        """Return the parts whose content type ends with one of ``kinds`` (``document.main+xml``), in order."""
        types = self.tree(_TYPES)
        if types is None:
            return []
        named = (
            (override.get("PartName", "").lstrip("/"), override.get("ContentType", ""))
            for override in types.iterfind("{*}Override")
        )
        return [name for name, kind in named if kind.endswith(kinds) and name in self.names]

    def related(self, name: str) -> dict[str, tuple[str, str, bool]]:
        """Return the relations of a part: id → (last word of its type, target, whether that lies outside)."""
        relations = self.tree(relations_of(name))
        if relations is None:
            return {}
        related = {}
        for relation in relations.iterfind("{*}Relationship"):
            outside = relation.get("TargetMode") == "External"
            target = relation.get("Target", "")
            if not outside:
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(name), target)).lstrip("/")
            related[relation.get("Id", "")] = relation.get("Type", "").rpartition("/")[2], target, outside
        return related

    def write(self, target: Path) -> bool:
        """Write the copy to ``target``; False, and none, where nothing was changed."""
        if not self._changed:
            return False
        if sum(entry.file_size for entry in self.names.values()) > _MOST_WHOLE:
            raise TooLargeError(str(target))
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
            for name, entry in self.names.items():
                if name in self._changed:
                    copy.writestr(entry, self._content(name))
                else:  # zipfile stops at the size that the entry says
                    with self._zip.open(entry) as part, copy.open(_plain(entry), "w") as written:
                        shutil.copyfileobj(part, written, _BLOCK)
            for name in sorted(self._changed - self.names.keys()):
                copy.writestr(zipfile.ZipInfo(name), self._content(name), zipfile.ZIP_DEFLATED)
        return True

    def _content(self, name: str) -> bytes:
        content: bytes = etree.tostring(self._trees[name], xml_declaration=True, encoding="UTF-8", standalone=True)
        return content


def _plain(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Return an entry of the same name, time and way of packing."""
    plain = zipfile.ZipInfo(entry.filename, entry.date_time)
    plain.compress_type = zipfile.ZIP_STORED if entry.compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
    return plain


def parse(content: bytes) -> Any:
    """Return the root element of ``content``; None where it is no XML. Nothing outside of it is read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return None


def relations_of(name: str) -> str:
    """Return the part that holds the relations of the part ``name``."""
    folder, base = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def local(element: Any) -> str:
    """Return the name of ``element`` without its namespace; "" for comments."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str, otherwise: str = "") -> str:
    """Return the attribute ``name`` of ``element``, in whatever namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return otherwise


def sibling_name(element: Any, name: str) -> str:
    """Return ``name`` in the namespace of ``element``."""
    return f"{{{etree.QName(element).namespace}}}{name}"


def elements(root: Any, *names: str) -> Iterator[Any]:
    """Yield the elements below ``root`` with one of ``names``, in whatever namespace, in order."""
    return iter(root.iter(*(f"{{*}}{name}" for name in names)))


def drop(element: Any) -> None:
    """Take ``element`` out of its tree; what stands behind it stays."""
    parent = element.getparent()
    if parent is not None:
        _hand_on(element, element.tail)
        parent.remove(element)


def unwrap(element: Any) -> None:
    """Put what is in ``element`` in its place; its own text is blank in Office files."""
    parent = element.getparent()
    at = parent.index(element)
    for inner in reversed(list(element)):
        parent.insert(at + 1, inner)
    drop(element)


def _hand_on(element: Any, tail: str | None) -> None:
    """Leave the text behind ``element`` to what stands before it."""
    if not tail:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent = element.getparent()
        parent.text = (parent.text or "") + tail
