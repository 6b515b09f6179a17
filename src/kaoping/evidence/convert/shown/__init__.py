"""What of a file its pages show: its text is looked for on them, and what is not there is told with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.evidence.convert._losses import Losses

if TYPE_CHECKING:
    from kaoping.evidence.convert.frozen._office_zip import OfficeZip
    from kaoping.evidence.convert.shown._passages import Passage

_NOT_COMPARED = "没能逐字核对页面与原件，请翻看一遍页面。"


def not_shown(given: Path, suffix: str, pages: Path) -> tuple[str, ...]:
    """Return what of the file ``given`` to LibreOffice the PDF ``pages`` lacks, as Chinese sentences.

    ``suffix`` is that of the content. A file that can't be read for it is shown all the same, and told.
    """
    reader = _readers().get(suffix)
    if reader is None:
        return ()
    from kaoping.core.errors import is_machines
    from kaoping.evidence.convert.shown._comparison import tell_missing
    from kaoping.evidence.convert.shown._page_text import read_pages

    losses = Losses()
    try:
        texts = read_pages(pages)
        tell_missing(list(reader(given, len(texts), losses)), texts, losses)
    except Exception as error:
        if is_machines(error):
            raise
        return (_NOT_COMPARED,)
    return losses.sentences()


def stand_in_fonts(given: Path, pages: Path) -> str:
    """Say in Chinese which fonts the PDF ``pages`` has instead of those of the file ``given``; "" for none."""
    from kaoping.core.errors import is_machines
    from kaoping.evidence.convert.shown._replaced_fonts import replaced_fonts

    try:
        fonts = replaced_fonts(given, pages)
    except Exception as error:
        if is_machines(error):
            raise
        return ""  # a word about how it looks is no reason to show nothing
    return f"，没有的字体用 {'、'.join(fonts)} 代替" if fonts else ""


def _readers() -> Mapping[str, Callable[[Path, int, Losses], Iterable[Passage]]]:
    zipped = {".docx": _word, ".docm": _word, ".xlsx": _workbook, ".xlsm": _workbook, ".pptx": _slides}
    flat = dict.fromkeys((".fodt", ".fods", ".fodp"), _flat)
    binary = {".doc": _doc, ".wps": _doc, ".xls": _xls, ".et": _xls, ".xlsb": _xlsb, ".ppt": _ppt, ".dps": _ppt}
    return {
        ".rtf": _rich_text,
        ".xml": _of_2003,
        **zipped,
        **binary,
        **dict.fromkeys((".odt", ".ods", ".odp"), _document),
        **flat,
    }


def _word(given: Path, pages: int, losses: Losses) -> Iterable[Passage]:
    from kaoping.evidence.convert.frozen._office_zip import OfficeZip
    from kaoping.evidence.convert.shown._word_passages import word_passages

    with OfficeZip(given) as archive:
        yield from word_passages(archive, pages)
        _tell_unread(archive, losses)


def _workbook(given: Path, pages: int, losses: Losses) -> Iterable[Passage]:
    from kaoping.evidence.convert.frozen._office_zip import OfficeZip
    from kaoping.evidence.convert.shown._sheet_passages import sheet_passages

    with OfficeZip(given) as archive:
        yield from sheet_passages(archive)
        _tell_unread(archive, losses)


def _slides(given: Path, pages: int, losses: Losses) -> Iterable[Passage]:
    from kaoping.evidence.convert.frozen._office_zip import OfficeZip
    from kaoping.evidence.convert.shown._drawn_passages import slide_passages

    with OfficeZip(given) as archive:
        yield from slide_passages(archive)
        _tell_unread(archive, losses)


def _document(given: Path, pages: int, losses: Losses) -> Iterable[Passage]:
    from kaoping.evidence.convert.frozen._office_zip import OfficeZip
    from kaoping.evidence.convert.shown._odf_passages import odf_passages

    with OfficeZip(given) as archive:
        yield from odf_passages(archive.tree("content.xml"), archive.tree("styles.xml"), pages)
        _tell_unread(archive, losses)


def _flat(given: Path, pages: int, losses: Losses) -> Iterable[Passage]:
    from kaoping.evidence.convert.frozen._office_zip import parse
    from kaoping.evidence.convert.shown._odf_passages import odf_passages

    yield from odf_passages(parse(given.read_bytes()), None, pages)


def _of_2003(given: Path, pages: int, losses: Losses) -> Iterable[Passage]:
    from kaoping.evidence.convert.frozen._office_zip import parse
    from kaoping.evidence.convert.shown._xml_2003_passages import passages_2003

    yield from passages_2003(parse(given.read_bytes()))


def _tell_unread(archive: OfficeZip, losses: Losses) -> None:
    if archive.has_unread:
        losses.add(_NOT_COMPARED)


def _rich_text(given: Path, pages: int, losses: Losses) -> Iterable[Passage]:
    from kaoping.evidence.convert._rtf_groups import read_groups
    from kaoping.evidence.convert.shown._rtf_passages import rtf_passages

    yield from rtf_passages(read_groups(given.read_bytes()), pages)


def _doc(given: Path, pages: int, losses: Losses) -> Iterable[Passage]:
    from kaoping.evidence.convert.shown._doc_passages import doc_passages

    return doc_passages(given, pages, losses)


def _xls(given: Path, pages: int, losses: Losses) -> Iterable[Passage]:
    from kaoping.evidence.convert.shown._xls_passages import xls_passages

    return xls_passages(given, losses)


def _xlsb(given: Path, pages: int, losses: Losses) -> Iterable[Passage]:
    from kaoping.evidence.convert.shown._xls_passages import xlsb_passages

    return xlsb_passages(given)


def _ppt(given: Path, pages: int, losses: Losses) -> Iterable[Passage]:
    from kaoping.evidence.convert.shown._ppt_passages import ppt_passages

    return ppt_passages(given, losses)
