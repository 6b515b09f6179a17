"""Files whose first, even and other pages have headers of their own, for the corpus of Office files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from known_files import Known
from offices import W, docx, odf, paragraph, rtf, run

SIDES = ("首页眉字样", "双页眉字样", "单页眉字样")
_TYPES = {"first": SIDES[0], "even": SIDES[1], "default": SIDES[2]}
_PAGE_BREAK = '<w:r><w:br w:type="page"/></w:r>'
_SIZE = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" '
_SIZE += 'w:header="720" w:footer="720" w:gutter="0"/>'


def word_with_sides(path: Path, pages: int = 3, *, second: str = "") -> Path:
    """Write a Word file of ``pages`` pages and a section behind them, whose header is ``second`` where it has one."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    texts = {**{f"{name}Side": text for name, text in _TYPES.items()}, **({"secondSide": second} if second else {})}
    parts: dict[str, tuple[str, str | bytes]] = {
        f"word/{name}.xml": (f"{kind}.header+xml", f"<w:hdr {W}>{paragraph(run(text))}</w:hdr>")
        for name, text in texts.items()
    }
    settings = f"<w:settings {W}><w:evenAndOddHeaders/></w:settings>"
    parts["word/settings.xml"] = (f"{kind}.settings+xml", settings)
    relations = [(f"rId{name}", "header", f"{name}.xml") for name in texts]
    relations.append(("rIdSettings", "settings", "settings.xml"))
    references = "".join(f'<w:headerReference w:type="{name}" r:id="rId{name}Side"/>' for name in _TYPES)
    body = "".join(paragraph(run(f"第{number}页正文"), _PAGE_BREAK) for number in range(1, pages))
    end = f"<w:sectPr>{references}{_SIZE}<w:titlePg/></w:sectPr>"
    body += paragraph(run(f"第{pages}页正文"), properties=end)
    if second:
        other = '<w:headerReference w:type="default" r:id="rIdsecondSide"/><w:type w:val="oddPage"/>'
        body += paragraph(run("又一节"), properties=f"<w:sectPr>{other}{_SIZE}</w:sectPr>")
    return docx(path, body + paragraph(run("末节")), parts=parts, relations=relations)


def files_with_sides() -> Iterator[Known]:
    """Yield the files; each text of theirs stands on a page."""
    yield Known(
        "w30.docx", lambda path: word_with_sides(path, second="另一节的页眉"), (SIDES[0], "另一节的页眉", "末节")
    )
    headers = "".join(
        f"<style:{name}><text:p>{text}</text:p></style:{name}>"
        for name, text in zip(("header", "header-left", "header-first"), reversed(SIDES), strict=True)
    )
    layout = (
        '<office:automatic-styles><style:page-layout style:name="L1"><style:page-layout-properties '
        'fo:page-width="21cm" fo:page-height="29.7cm" fo:margin-top="2cm"/><style:header-style>'
        '<style:header-footer-properties fo:min-height="1cm"/></style:header-style></style:page-layout>'
        "</office:automatic-styles>"
    )
    master = (
        f'{layout}<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="L1">'
        f"{headers}</style:master-page></office:master-styles>"
    )
    styles = (
        '<style:style style:name="P1" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/>'
        "</style:style>"
    )
    pages = "".join(f'<text:p text:style-name="P1">第{number}页正文</text:p>' for number in (2, 3))
    body = f"<text:p>第1页正文</text:p>{pages}"
    yield Known("o30.odt", lambda path: odf(path, "text", body, styles=styles, master=master), (*SIDES, "第3页正文"))
    begin = r"\facingp\sectd\titlepg{\headerf %s\par}{\headerl %s\par}"
    begin += r"{\headerr %s {\field{\*\fldinst PAGE}{\fldrslt 1}}\par}"
    sides = begin % SIDES
    text = [rf"{sides}\pard 第1页正文\page", r"第2页正文\page", "第3页正文"]
    yield Known("r30.rtf", lambda path: rtf(path, *text), (*SIDES, "第3页正文"))
