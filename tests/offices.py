"""Office files made by hand: the parts that matter, written as XML, in the smallest package that opens."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/{}/2006/main"
W = (
    f'xmlns:w="{_MAIN.format("wordprocessingml")}" xmlns:r="{_RELATION}" xmlns:a="{_MAIN.format("drawingml")}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_S = f'xmlns="{_MAIN.format("spreadsheetml")}" xmlns:r="{_RELATION}"'
_P = f'xmlns:p="{_MAIN.format("presentationml")}" xmlns:a="{_MAIN.format("drawingml")}" xmlns:r="{_RELATION}"'
_OFFICE = "application/vnd.openxmlformats-officedocument"

#: Nothing of the sort.
NONE: Mapping[Any, Any] = MappingProxyType({})
_OUTSIDE = ' TargetMode="External"'

#: Of parts: name → (content type, content).
Parts = Mapping[str, tuple[str, str | bytes]]
#: Of relations: part → [(id, type, target)]; a target with :// lies outside.
Relations = Mapping[str, Sequence[tuple[str, str, str]]]


def package(path: Path, main: str, parts: Parts, relations: Relations = NONE) -> Path:
    """Write a package whose main part is ``main``."""
    types = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, (kind, _) in parts.items() if kind)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="png" ContentType="image/png"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f"{types}</Types>",
        )
        for part, rows in {"": [("rId1", "officeDocument", f"/{main}")], **relations}.items():
            folder, _, base = part.rpartition("/")
            name = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
            inside = "".join(
                f'<Relationship Id="{id_}" Type="{_RELATION}/{kind}" Target="{escape(target)}"'
                f"{_OUTSIDE * ('://' in target)}/>"
                for id_, kind, target in rows
            )
            archive.writestr(name, f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>')
        for name, (_, content) in parts.items():
            archive.writestr(name, content)
    return path


# -- Word -------------------------------------------------------------------------------------------------------------


def run(text: str, properties: str = "") -> str:
    """A run with ``text``."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    """A paragraph of ``runs``."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def simple_field(instruction: str, result: str) -> str:
    """A simple field with its saved result."""
    return f"<w:fldSimple w:instr={quoteattr(instruction)}>{run(result) if result else ''}</w:fldSimple>"


def complex_field(instruction: str, result: str | None) -> str:
    """A complex field; ``instruction`` and ``result`` may hold runs; None for one without a result."""
    code = (
        instruction
        if instruction.startswith("<")
        else f'<w:r><w:instrText xml:space="preserve">{escape(instruction)}</w:instrText></w:r>'
    )
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    shown = "" if result is None else mark.format("separate") + (result if result.startswith("<") else run(result))
    return mark.format("begin") + code + shown + mark.format("end")


def docx(
    path: Path,
    body: str,
    *,
    headers: Mapping[str, str] = NONE,
    parts: Parts = NONE,
    relations: Sequence[tuple[str, str, str]] = (),
    kind: str = f"{_OFFICE}.wordprocessingml.document.main+xml",
) -> Path:
    """Write a Word file with ``body``; ``headers`` holds the insides of header, footer, footnotes and endnotes."""
    made: dict[str, tuple[str, str | bytes]] = {}
    related = list(relations)
    section = ""
    for number, (name, inside) in enumerate(headers.items(), 10):
        tag = {"header": "hdr", "footer": "ftr"}.get(name, name)
        made[f"word/{name}1.xml"] = (f"{_OFFICE}.wordprocessingml.{name}+xml", f"<w:{tag} {W}>{inside}</w:{tag}>")
        related.append((f"rId{number}", name, f"{name}1.xml"))
        if tag != name:
            section += f'<w:{name}Reference w:type="default" r:id="rId{number}"/>'
    section += '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" '
    section += 'w:header="720" w:footer="720" w:gutter="0"/>'
    main = f"<w:document {W}><w:body>{body}<w:sectPr>{section}</w:sectPr></w:body></w:document>"
    made = {"word/document.xml": (kind, main), **made, **parts}
    return package(path, "word/document.xml", made, {"word/document.xml": related})


# -- sheets -----------------------------------------------------------------------------------------------------------


def cell(place: str, value: object = None, *, formula: str = "", style: int = 0, attributes: str = "") -> str:
    """A cell: text, a number, or a formula (its element) with its saved ``value``; None for one without."""
    if isinstance(value, str):
        return (
            f'<c r="{place}" s="{style}" t="str">{formula}<v>{escape(value)}</v></c>'
            if formula
            else f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        )
    saved = "" if value is None else f"<v>{value}</v>"
    return f'<c r="{place}" s="{style}" {attributes}>{formula}{saved}</c>'


def row(number: int, *cells: str, attributes: str = "") -> str:
    """A row of ``cells``."""
    return f'<row r="{number}" {attributes}>{"".join(cells)}</row>'


def xlsx(
    path: Path,
    *sheets: str,
    names: list[str] | None = None,
    before: str = "",
    after: str = "",
    codes: Sequence[str] = (),
    fonts: Sequence[str] = (),
    workbook: str = "",
    states: Mapping[int, str] = NONE,
    parts: Parts = NONE,
    relations: Relations = NONE,
) -> Path:
    """Write a workbook: each of ``sheets`` is rows, with ``before`` and ``after``; style n + 1 has ``codes[n]``.

    The styles behind those have ``fonts``.
    """
    names = names or [f"表{number}" for number in range(1, len(sheets) + 1)]
    entries = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}" state="{states.get(at - 1, "visible")}"/>'
        for at, name in enumerate(names, 1)
    )
    formats = "".join(f'<numFmt numFmtId="{164 + at}" formatCode={quoteattr(code)}/>' for at, code in enumerate(codes))
    forms = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>' + "".join(
        f'<xf numFmtId="{164 + at}" fontId="0" fillId="0" borderId="0" applyNumberFormat="1"/>'
        for at in range(len(codes))
    )
    forms += "".join(f'<xf numFmtId="0" fontId="{at}" fillId="0" borderId="0"/>' for at in range(1, len(fonts) + 1))
    letters = "".join(f'<font><sz val="11"/><name val="{font}"/></font>' for font in ("宋体", *fonts))
    styles = (f"<styleSheet {_S}><numFmts>{formats}</numFmts>" if codes else f"<styleSheet {_S}>") + (
        f"<fonts>{letters}</fonts>"
        "<fills><fill/></fills><borders><border/></borders>"
        f"<cellStyleXfs><xf/></cellStyleXfs><cellXfs>{forms}</cellXfs></styleSheet>"
    )
    made: dict[str, tuple[str, str | bytes]] = {
        "xl/workbook.xml": (
            f"{_OFFICE}.spreadsheetml.sheet.main+xml",
            f"<workbook {_S}><sheets>{entries}</sheets>{workbook}</workbook>",
        ),
        "xl/styles.xml": (f"{_OFFICE}.spreadsheetml.styles+xml", styles),
    }
    related = [("rIdS", "styles", "styles.xml")]
    for at, rows in enumerate(sheets, 1):
        sheet = f"<worksheet {_S}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
        made[f"xl/worksheets/sheet{at}.xml"] = (f"{_OFFICE}.spreadsheetml.worksheet+xml", sheet)
        related.append((f"rId{at}", "worksheet", f"worksheets/sheet{at}.xml"))
    return package(path, "xl/workbook.xml", {**made, **parts}, {"xl/workbook.xml": related, **relations})


# -- slides -----------------------------------------------------------------------------------------------------------


def drawn_paragraph(*pieces: str) -> str:
    """A paragraph of drawn text: pieces of text, or elements."""
    runs = (piece if piece.startswith("<") else f"<a:r><a:t>{escape(piece)}</a:t></a:r>" for piece in pieces)
    return f"<a:p>{''.join(runs)}</a:p>"


def shape(*paragraphs: str, at: tuple[int, int] = (1, 1), hidden: bool = False) -> str:
    """A text box of 16 by 4 cm, ``at`` so many cm from the left and the top."""
    x, y = (360000 * place for place in at)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{at[0] + 30 * at[1] + 900}" name="文本" hidden="{int(hidden)}"/><p:cNvSpPr '
        f'txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="5760000" cy="1440000"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>'
        f"{''.join(paragraphs)}</p:txBody></p:sp>"
    )


def pptx(path: Path, *slides: str, hidden: Sequence[int] = ()) -> Path:
    """Write slides, each of shapes; those whose numbers (from 1) are ``hidden`` are left out of the show."""
    tree = '<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    end = "</p:spTree></p:cSld>"
    colours = " ".join(f'{name}="{to}"' for name, to in _COLOURS.items())
    master = (
        f"<p:sldMaster {_P}>{tree}{end}<p:clrMap {colours}/><p:sldLayoutIdLst>"
        '<p:sldLayoutId id="2147483660" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>'
    )
    entries = "".join(f'<p:sldId id="{255 + at}" r:id="rId{at}"/>' for at in range(1, len(slides) + 1))
    show = (
        f'<p:presentation {_P}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rIdM"/></p:sldMasterIdLst>'
        f'<p:sldIdLst>{entries}</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/>'
        '<p:notesSz cx="1" cy="1"/></p:presentation>'
    )
    kind = f"{_OFFICE}.presentationml."
    parts: dict[str, tuple[str, str | bytes]] = {
        "ppt/presentation.xml": (f"{kind}presentation.main+xml", show),
        "ppt/slideMasters/slideMaster1.xml": (f"{kind}slideMaster+xml", master),
        "ppt/slideLayouts/slideLayout1.xml": (f"{kind}slideLayout+xml", f"<p:sldLayout {_P}>{tree}{end}</p:sldLayout>"),
    }
    layout, above = "../slideLayouts/slideLayout1.xml", "../slideMasters/slideMaster1.xml"
    relations: dict[str, list[tuple[str, str, str]]] = {
        "ppt/presentation.xml": [("rIdM", "slideMaster", "slideMasters/slideMaster1.xml")],
        "ppt/slideMasters/slideMaster1.xml": [("rId1", "slideLayout", layout)],
        "ppt/slideLayouts/slideLayout1.xml": [("rId1", "slideMaster", above)],
    }
    for at, inside in enumerate(slides, 1):
        part = f"ppt/slides/slide{at}.xml"
        parts[part] = (f"{kind}slide+xml", f'<p:sld {_P} show="{int(at not in hidden)}">{tree}{inside}{end}</p:sld>')
        relations["ppt/presentation.xml"].append((f"rId{at}", "slide", f"slides/slide{at}.xml"))
        relations[part] = [("rId1", "slideLayout", layout)]
    return package(path, "ppt/presentation.xml", parts, relations)


_COLOURS = {
    "bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2", **{f"accent{at}": f"accent{at}" for at in range(1, 7)},
    "hlink": "hlink", "folHlink": "folHlink",
}  # fmt: skip


# -- OpenDocument -----------------------------------------------------------------------------------------------------

_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_O = " ".join(
    f'xmlns:{name}="{_ODF}:{whole}:1.0"'
    for name, whole in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing",
        "fo": "xsl-fo-compatible", "svg": "svg-compatible", "presentation": "presentation",
    }.items()
)  # fmt: skip


def odf(path: Path, kind: str, body: str, *, styles: str = "", master: str = "", flat: bool = False) -> Path:
    """Write an OpenDocument file of ``kind`` (text, spreadsheet, presentation) with automatic ``styles``."""
    mime = f"application/vnd.oasis.opendocument.{kind}"
    inside = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    body = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    if flat:
        path.write_text(
            f'{head}<office:document {_O} office:version="1.2" office:mimetype="{mime}">'
            f"{inside}{master}{body}</office:document>",
            "utf-8",
        )
        return path
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", mime)
        archive.writestr(
            "META-INF/manifest.xml",
            f'{head}<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" '
            f'manifest:media-type="{mime}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type='
            '"text/xml"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )
        archive.writestr(
            "content.xml",
            f'{head}<office:document-content {_O} office:version="1.2">{inside}{body}</office:document-content>',
        )
        archive.writestr(
            "styles.xml", f'{head}<office:document-styles {_O} office:version="1.2">{master}</office:document-styles>'
        )
    return path


def rtf(path: Path, *paragraphs: str) -> Path:
    """Write an RTF file; what is not ASCII in ``paragraphs`` is written as Unicode."""
    text = "".join(f"{paragraph}\\par\n" for paragraph in paragraphs)
    coded = "".join(char if char.isascii() else f"\\u{ord(char)}?" for char in text)
    head = r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 SimSun;}}\f0\fs24 "
    path.write_text(f"{head}{coded}}}", "ascii")
    return path
