"""A 报送稿 goes out of the house: nothing internal may be in it, neither in sight nor hidden."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from kaoping.core import resources
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.package import bag, manifest
from kaoping.package.staging import GUIDE
from kaoping.verify import _docx_text
from kaoping.verify._opened_package import OpenedPackage, Row

#: Keys that only the manifest of a 送审稿 has.
_INNER_KEYS = ("because", "reason", "reasons", "min", "max", "supported", "unsupported", "lacking", "note")
_SETTLED = ("scored", "not_applicable")
_EMPTY_PROPERTIES = {"comments": "备注", "keywords": "关键词", "subject": "主题", "category": "类别"}
_NAMED_PROPERTIES = {"author": "作者", "last_modified_by": "最后修改人"}


@cache
def forms() -> Mapping[str, Sequence[str]]:
    """Return what only a working paper prints (``evidence_schema/internal_words.yaml``).

    ``inside`` counts wherever it stands, ``alone`` where it fills a paragraph, a cell or a line. A word that a clerk
    may write (待定, 缺项) is in neither: what betrays a working paper is the form that we print it in.
    """
    words: Mapping[str, Sequence[str]] = resources.load_yaml(resources.schema("internal_words.yaml"))
    return words


def check(opened: OpenedPackage, findings: Findings) -> None:
    """Look through a 报送稿; a 送审稿 may hold anything."""
    if not opened.is_final:
        return
    _check_manifest(opened.document, findings)
    _tell(GUIDE, _telling((opened.root / GUIDE).read_text(encoding="utf-8-sig")), findings)
    # The titles of the unit's own material are its own business, whatever words are in them.
    titles = sorted({text for piece in opened.document["pieces"] for text in (piece["title"], piece["path"])}, key=len)
    for row in opened.files():
        name = row["path"]
        if row["role"] != manifest.ATTACHMENT:
            _tell(name, _telling(Path(name).stem), findings)
        if row["role"] in (manifest.ATTACHMENT, manifest.BUNDLE):
            continue
        look = {".docx": _docx, ".xlsx": _xlsx}.get(Path(name).suffix.lower())
        if look is not None:
            _tell(name, opened.look(row, partial(look, opened, titles), findings) or [], findings)
    for row in opened.files(manifest.BUNDLE):
        _tell(row["path"], opened.look(row, partial(_pages, opened, titles), findings) or [], findings)


def _check_manifest(document: Mapping[str, Any], findings: Findings) -> None:
    betrayals = [f"“{path}”" for path in _inner_keys(document, "")]
    if not document.get("supplement") or "changes" in document:  # those of earlier versions were evidence alone
        betrayals += [f"没有定下来的第{line['line']}项" for line in document["lines"] if line["status"] not in _SETTLED]
    betrayals += [f"内部文件“{row['path']}”" for row in document["files"] if row["role"] == manifest.GAPS]
    _tell(manifest.FILE_NAME, betrayals, findings)


def _inner_keys(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in _INNER_KEYS and path != "/templates":
                yield f"{path}/{key}"
            else:
                yield from _inner_keys(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _inner_keys(inner, f"{path}/{index}")


def _telling(text: str, titles: Iterable[str] = ()) -> list[str]:
    """Return the internal words in ``text``, those within the titles of evidence apart."""
    lines = {_squeezed(line) for line in text.split("\n")} - set(map(_squeezed, titles))
    squeezed = _squeezed(text)
    for title in filter(None, map(_squeezed, reversed(list(titles)))):
        squeezed = squeezed.replace(title, "\n")
    printed = [form for form in forms()["inside"] if form in squeezed] + [
        form for form in forms()["alone"] if form in lines
    ]
    return [f"“{form}”字样" for form in printed]


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _docx(opened: OpenedPackage, titles: Iterable[str], row: Row) -> list[str]:
    document = opened.paper(row)
    betrayals = list(_docx_text.hidden_content(document)) + _telling(_docx_text.text(document), titles)
    return betrayals + list(_properties(document.core_properties, opened)) + list(_custom(opened.root / row["path"]))


def _xlsx(opened: OpenedPackage, titles: Iterable[str], row: Row) -> list[str]:
    import openpyxl

    path = opened.root / row["path"]
    book = openpyxl.load_workbook(path)
    betrayals: list[str] = []
    texts: list[str] = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            betrayals.append(f"隐藏的工作表“{sheet.title}”")
        for kind, dimensions in (("行", sheet.row_dimensions), ("列", sheet.column_dimensions)):
            if hidden := [str(key) for key, dimension in dimensions.items() if dimension.hidden]:
                betrayals.append(f"工作表“{sheet.title}”里隐藏的{kind}（{hidden[0]}）")
        cells = [cell for row in sheet.iter_rows() for cell in row]
        if noted := [cell.coordinate for cell in cells if cell.comment]:
            betrayals.append(f"工作表“{sheet.title}”里的批注（{noted[0]}）")
        texts += [str(cell.value) for cell in cells if cell.value is not None]
        texts += {cell.number_format for cell in cells if cell.value is not None}  # what stands beside a number
    properties = book.properties
    return betrayals + _telling("\n".join(texts), titles) + list(_properties(properties, opened)) + list(_custom(path))


def _properties(properties: Any, opened: OpenedPackage) -> Iterator[str]:
    """Yield what a document's properties betray: names of people and programs, notes."""
    ours = {"", opened.document["unit"], _organization(opened.root)}
    for key, title in _EMPTY_PROPERTIES.items():
        value = getattr(properties, key, None) or getattr(properties, {"comments": "description"}.get(key, key), None)
        if value:
            yield f"文档属性“{title}”：{value}"
    for key, title in _NAMED_PROPERTIES.items():
        value = getattr(properties, key, None) or getattr(
            properties, {"author": "creator", "last_modified_by": "lastModifiedBy"}[key], None
        )
        if (value or "") not in ours:
            yield f"文档属性“{title}”：{value}"


def _custom(path: Path) -> Iterator[str]:
    """Yield what stands in the parts that no library shows: custom properties and the names of company and manager."""
    from lxml import etree

    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        if "docProps/custom.xml" in names:
            yield "自定义的文档属性"
        if "docProps/app.xml" in names:
            root = etree.fromstring(package.read("docProps/app.xml"))
            for node in root.iter("{*}Company", "{*}Manager"):
                if (node.text or "").strip():
                    yield f"文档属性“{etree.QName(node).localname}”：{node.text}"


def _organization(package: Path) -> str:
    for line in (package / bag.INFO).read_text(encoding="utf-8").splitlines():
        label, _, value = line.partition(": ")
        if label == "Source-Organization":
            return value
    return ""


def _pages(opened: OpenedPackage, titles: Iterable[str], row: Row) -> list[str]:
    """Read the pages we wrote ourselves, contents and dividers; what the unit's own evidence says is its own."""
    number = row.get("volume", 1)
    theirs = {
        page
        for piece in opened.document["pieces"]
        if piece.get("volume", 1) == number
        for page in range(piece["first"], piece["first"] + piece["pages"])
    }
    volume = opened.volume(row)
    # By pypdf, which goes on with the line where a title breaks in its cell: its last words do not stand alone.
    sheets = zip(volume.pages, volume.labels, strict=True)
    texts = [page.extract_text() for page, label in sheets if not _is_theirs(label, theirs)]
    return _telling("\n".join(texts), titles)


def _is_theirs(label: str, theirs: set[int]) -> bool:
    return label.isdigit() and int(label) in theirs


def _tell(name: str, betrayals: Iterable[str], findings: Findings) -> None:
    if listed := "、".join(dict.fromkeys(betrayals)):
        findings.add("verify.internal", Location(name), name=name, what=listed)
