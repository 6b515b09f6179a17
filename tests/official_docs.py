"""Official documents for tests, as a clerk's Word writes them: one paragraph after the other, looks set on the spot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def at(document: Any, number: int) -> Any:
    """Return the ``number``-th paragraph with text, as the check counts them."""
    return [paragraph for paragraph in document.paragraphs if paragraph.text.strip()][number - 1]


def font(run: Any, name: str) -> None:
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    for slot in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{slot}"), name)


def without_indent(paragraph: Any, **attributes: str) -> None:
    properties = paragraph._p.get_or_add_pPr()
    old = properties.find(qn("w:ind"))
    if old is not None:
        properties.remove(old)
    said = " ".join(f'w:{name}="{value}"' for name, value in attributes.items())
    properties.append(parse_xml(f"<w:ind {nsdecls('w')} {said}/>"))


def plain(paragraphs: list[tuple[str, dict[str, Any]]], path: Path) -> Any:
    """Write a document as a clerk's Word does: python-docx's (Word's) own styles, all looks set on the spot."""
    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    for words, look in paragraphs:
        paragraph = document.add_paragraph()
        run = paragraph.add_run(words)
        font(run, look.get("font", "仿宋_GB2312"))
        run.font.size = Pt(look.get("size", 16))
        form = paragraph.paragraph_format
        form.space_after, form.line_spacing = Pt(0), Pt(28)
        form.alignment = look.get("align")
        form.first_line_indent = Pt(16 * look.get("first", 2))
        if "right" in look:
            form.right_indent = Pt(16 * look["right"])
    document.save(str(path))
    return document


def numbered_footer(document: Any, field: str = "simple", boxed: bool = False) -> None:
    """Give the pages their number as Word (w:fldSimple) or WPS (a complex field in a text box) does."""
    settings = document.settings.element
    settings.insert(0, OxmlElement("w:evenAndOddHeaders"))
    fonts = '<w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr>'
    run = f"<w:r>{fonts}<w:t>{{}}</w:t></w:r>"
    number = f'<w:fldSimple w:instr=" PAGE \\* MERGEFORMAT ">{run.format(1)}</w:fldSimple>'
    if field == "complex":
        mark = '<w:r><w:rPr/><w:fldChar w:fldCharType="{}"/></w:r>'.replace("<w:rPr/>", fonts)
        instruction = f'<w:r>{fonts}<w:instrText xml:space="preserve"> PA</w:instrText></w:r>'
        instruction += f'<w:r>{fonts}<w:instrText xml:space="preserve">GE </w:instrText></w:r>'
        number = mark.format("begin") + instruction + mark.format("separate") + run.format(7) + mark.format("end")
    inner = run.format("— ") + number + run.format(" —")
    for footer, side in ((document.sections[0].footer, "right"), (document.sections[0].even_page_footer, "left")):
        footer.is_linked_to_previous = False
        names = (
            f'{nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
            'xmlns:v="urn:schemas-microsoft-com:vml"'
        )
        if boxed:
            box = f"<w:txbxContent><w:p>{inner}</w:p></w:txbxContent>"
            content = (
                f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing>"
                f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
                "</mc:AlternateContent></w:r>"
            )
        else:
            content = f'<w:pPr><w:jc w:val="{side}"/></w:pPr>{inner}'
        old = footer.paragraphs[0]._p
        old.getparent().replace(old, parse_xml(f"<w:p {names}>{content}</w:p>"))
