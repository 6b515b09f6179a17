"""The base of every Word document: the styles and page of GB/T 9704-2012 (党政机关公文格式), built with python-docx.

This is the one place where they are defined. What was measured is in the comments; the layout was looked at in
LibreOffice, Word and WPS were not at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE as REL
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument
    from docx.section import Section

TITLE_SONG, FANG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"

#: What a machine without the named face should use instead (w:altName).
FONT_STAND_INS = {TITLE_SONG: "华文中宋", FANG: "仿宋", HEI: "SimHei", KAI: "楷体", SONG: "SimSun"}

#: 版心 156 × 225 mm with 22 lines (5.2.2, 5.2.3): 225 mm / 22 = 28.99 pt a line.
LINE_PITCH = 579
#: 28 characters of 16 pt are 448 pt, the 版心 is 442.2 pt: each gives up a quarter of a point.
TIGHTER = -5
BODY_LINE = 28


@dataclass(frozen=True)
class Style:
    """A paragraph style; sizes in points, indents in characters of its own size."""

    id: str
    name: str
    font: str
    size: float
    line: float = BODY_LINE
    align: str = "both"
    first: int = 0
    left: int = 0
    hanging: int = 0
    right: int = 0
    spacing: int = 0
    after: float = 0
    outline: int | None = None
    follow: str = ""
    grid: bool = True
    quick: bool = True
    fresh: bool = False  # begins a new page
    held: bool = False  # stays with what follows


STYLES = (
    Style("Normal", "Normal", FANG, 16),
    # 7.2.4, 7.2.5, 7.2.6: the name of the office, red; the number of the document and who signs it out.
    Style("GwMark", "发文机关标志", TITLE_SONG, 36, line=54, align="center", grid=False),
    Style("GwDocNo", "发文字号", FANG, 16, align="left", follow="GwTitle"),
    # 7.4: 4 号仿宋, one character in on either side.
    Style("GwImprint", "版记", FANG, 14, line=28, align="left", grid=False),
    Style("GwTitle", "公文标题", TITLE_SONG, 22, line=35, align="center", after=28, follow="GwTo", grid=False),
    Style("GwTo", "主送机关", FANG, 16, spacing=TIGHTER, follow="GwBody"),
    Style("GwBody", "公文正文", FANG, 16, first=2, spacing=TIGHTER),
    # 7.3.3: 一、 黑体, （一） 楷体, 1. and （1） 仿宋; none of them is made bold.
    Style("Heading1", "heading 1", HEI, 16, first=2, spacing=TIGHTER, outline=0, follow="GwBody"),
    Style("Heading2", "heading 2", KAI, 16, first=2, spacing=TIGHTER, outline=1, follow="GwBody"),
    Style("Heading3", "heading 3", FANG, 16, first=2, spacing=TIGHTER, outline=2, follow="GwBody"),
    Style("Heading4", "heading 4", FANG, 16, first=2, spacing=TIGHTER, outline=3, follow="GwBody"),
    Style("GwBlank", "空行", FANG, 16),
    # 7.3.4: two characters in; what is long goes on under the first character of the name.
    Style("GwAttachment", "附件", FANG, 16, left=6, hanging=4, spacing=TIGHTER),
    Style("GwAttachmentNext", "附件续", FANG, 16, left=6, hanging=1, spacing=TIGHTER),
    # 7.3.7: an attachment begins on a new page, “附件1” in 黑体 at the left edge; its title stands two lines below.
    Style("GwEnclosure", "附件标记", HEI, 16, align="left", spacing=TIGHTER, fresh=True, follow="GwTitle"),
    Style("GwForm", "表单文字", FANG, 14, line=24, align="left", grid=False),
    Style("GwFormHead", "表单表头", HEI, 14, line=24, align="center", grid=False),
    Style("GwSignature", "落款", FANG, 16, align="right", right=2, spacing=TIGHTER),
    Style("GwTableTitle", "表题", TITLE_SONG, 18, line=28, align="center", after=6, grid=False, held=True),
    Style("GwTableNote", "表注", FANG, 10.5, line=16, after=4, grid=False, held=True),
    Style("GwTableHead", "表头", HEI, 10.5, line=15, align="center", grid=False),
    Style("GwTableText", "表格文字", FANG, 10.5, line=14, align="left", grid=False),
    # 7.5: 4 号半角宋体.
    Style("GwPageNumber", "页码", SONG, 14, line=18, grid=False),
    Style("CommentText", "annotation text", SONG, 10.5, line=14, align="left", grid=False, quick=False),
)


def base_document(*, landscape: bool = False) -> DocxDocument:
    """Return an empty document with the styles, the page and the page numbers of GB/T 9704-2012.

    ``landscape`` turns the page for a wide table. Nothing of python-docx's own template but the package remains.
    """
    document = Document()
    _drop_parts(document)
    _write_styles(document)
    _write_settings(document)
    turn(document.sections[0], landscape=landscape)
    properties = document.core_properties
    properties.author = properties.title = properties.comments = properties.last_modified_by = ""
    properties.revision = 1
    return document


def _drop_parts(document: DocxDocument) -> None:
    """Leave out what python-docx's template brings along and no style of ours needs: theme fonts above all."""
    wanted = {REL.STYLES, REL.SETTINGS, REL.FONT_TABLE, REL.FOOTER}
    rels = document.part.rels
    for key in [key for key, rel in rels.items() if rel.reltype not in wanted]:
        del rels[key]
    package = document.part.package.rels
    for key in [key for key, rel in package.items() if rel.reltype not in {REL.OFFICE_DOCUMENT, REL.CORE_PROPERTIES}]:
        del package[key]
    fonts = "".join(
        f'<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(other)}/><w:charset w:val="86"/></w:font>'
        for name, other in FONT_STAND_INS.items()
    )
    font_table = next(rel.target_part for rel in rels.values() if rel.reltype == REL.FONT_TABLE)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    font_table._blob = f"{head}<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()


def _write_settings(document: DocxDocument) -> None:
    """Tell odd from even pages, and leave the widths of punctuation alone: a line holds 28 characters."""
    root = document.settings.element
    for child in list(root):
        root.remove(child)
    settings = parse_xml(
        f'<w:settings {nsdecls("w")}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/>'
        '<w:listSeparator w:val=","/></w:settings>'
    )
    root.extend(list(settings))


def _write_styles(document: DocxDocument) -> None:
    root = document.styles.element
    for child in list(root):
        root.remove(child)
    # w:lang decides where a line may break: with any other pair, numbers break across lines.
    defaults = (
        f'<w:docDefaults {nsdecls("w")}><w:rPrDefault><w:rPr>{_fonts(FANG)}<w:kern w:val="2"/><w:sz w:val="32"/>'
        '<w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    fixed = (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>',
        '<w:style w:type="character" w:styleId="CommentReference"><w:name w:val="annotation reference"/>'
        '<w:basedOn w:val="DefaultParagraphFont"/><w:semiHidden/><w:rPr><w:sz w:val="21"/></w:rPr></w:style>',
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="60" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        "<w:semiHidden/></w:style>",
    )
    for text in (defaults, *(_style(style) for style in STYLES), *fixed):
        root.append(parse_xml(text.replace("<w:style ", f"<w:style {nsdecls('w')} ", 1)))


def _style(style: Style) -> str:
    twips = round(style.size * 20)
    indents = {"firstLine": style.first, "left": style.left, "hanging": style.hanging, "right": style.right}
    # Both the number of characters (Word, WPS) and the length (others) are given.
    indent = " ".join(
        f'w:{key}Chars="{count * 100}" w:{key}="{count * twips}"' for key, count in indents.items() if count
    )
    return "".join(
        [
            f'<w:style w:type="paragraph" w:styleId="{style.id}"',
            ' w:default="1">' if style.id == "Normal" else ">",
            f'<w:name w:val="{style.name}"/>',
            "" if style.id == "Normal" else '<w:basedOn w:val="Normal"/>',
            f'<w:next w:val="{style.follow}"/>' if style.follow else "",
            '<w:uiPriority w:val="1"/>',
            "<w:qFormat/>" if style.quick else "",
            "<w:pPr>",
            "" if style.outline is None and not style.held else "<w:keepNext/>",
            "<w:pageBreakBefore/>" if style.fresh else "",
            # Without the automatic gap beside Latin letters and digits, 28 characters stay 28 characters.
            '<w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>',
            "" if style.grid else '<w:snapToGrid w:val="0"/>',
            f'<w:spacing w:before="0" w:after="{round(style.after * 20)}" w:line="{round(style.line * 20)}" '
            'w:lineRule="exact"/>',
            f"<w:ind {indent}/>" if indent else "",
            f'<w:jc w:val="{style.align}"/>',
            "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>',
            "</w:pPr><w:rPr>",
            _fonts(style.font),
            f'<w:spacing w:val="{style.spacing}"/>' if style.spacing else "",
            f'<w:sz w:val="{round(style.size * 2)}"/><w:szCs w:val="{round(style.size * 2)}"/>',
            "</w:rPr></w:style>",
        ]
    )


def _fonts(name: str) -> str:
    """Name the face for every script: a theme font left standing would win in WPS."""
    slots = " ".join(f'w:{slot}="{name}"' for slot in ("ascii", "hAnsi", "eastAsia", "cs"))
    return f'<w:rFonts w:hint="eastAsia" {slots}/>'


def turn(section: Section, *, landscape: bool) -> None:
    """Set A4 with the margins of 5.2.1 (天头 37 mm, 订口 28 mm) and the page numbers of 7.5.

    A turned page has its head at the 订口, and its number where the upright pages have theirs (7.6): on its left. The
    table may be wider than the 版心.
    """
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        margins, footer = (28, 15, 26, 25), 15
    else:
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(210), Mm(297)
        # The dash stands 7 mm below the 版心 (7.5): 35 - 7 mm, less half a line of 18 pt.
        margins, footer = (37, 26, 35, 28), 25
    top, right, bottom, left = (Mm(length) for length in margins)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = top, right, bottom, left
    section.header_distance, section.footer_distance = Mm(15), Mm(footer)
    properties: Any = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{LINE_PITCH}"/>'))
    for part, odd in ((section.footer, True), (section.even_page_footer, False)):
        part.is_linked_to_previous = False
        _page_number(part.paragraphs[0], odd=odd, turned=landscape)


def _page_number(paragraph: Any, *, odd: bool, turned: bool) -> None:
    """Write “— 1 —”, one character in from the right on odd pages and from the left on even ones (7.5)."""
    paragraph.style = "页码"
    side = "right" if odd else "left"
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    source = parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="GwPageNumber"/>'
        f'<w:ind w:{side}Chars="100" w:{side}="280"/><w:jc w:val="{side}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">— </w:t></w:r>{field.format("begin")}'
        '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        f"{field.format('separate')}<w:r><w:t>1</w:t></w:r>{field.format('end')}"
        '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p>'
    )
    if turned:
        paragraph._p.append(_standing(source, "奇数页" if odd else "偶数页"))
    else:
        paragraph._p.getparent().replace(paragraph._p, source)


#: Where a turned page's number stands: 7 mm from the 版心's lower edge, which is the page's left one.
_NUMBER_LEFT, _NUMBER_WIDE = Mm(8), Mm(12)


def _standing(content: Any, name: str) -> Any:
    """Return a run with ``content`` in a text box along the turned page's left edge, its lines turned clockwise."""
    top, tall = Mm(28), Mm(210 - 28 - 26)
    spaces = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in _DRAWING.items())
    box = parse_xml(
        f'<w:r {nsdecls("w")} {spaces}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0" '
        'layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{_NUMBER_LEFT}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{top}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{_NUMBER_WIDE}" cy="{tall}"/><wp:wrapNone/><wp:docPr id="1" name="页码（{name}）"/>'
        "<wp:cNvGraphicFramePr/><a:graphic><a:graphicData "
        'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>'
        f'<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{_NUMBER_WIDE}" cy="{tall}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>'
        "<wps:txbx><w:txbxContent/></wps:txbx>"
        '<wps:bodyPr vert="vert" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"/>'
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r>"
    )
    for inside in box.iter(qn("w:txbxContent")):
        inside.append(content)
    return box


_DRAWING = {
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
}
