"""Office files as they were saved: a copy in which nothing is computed anew, nor taken from the day or other files.

LibreOffice fills in today's date, computes what asks for it, and follows the machine's clock and the name that a file
happens to have. What goes to it is a frozen copy: each field and formula is its saved result, and what is not (or can't
be) so is told.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.evidence.convert._conversion import NotShownError
from kaoping.evidence.convert._losses import Losses

if TYPE_CHECKING:
    from kaoping.evidence.convert.frozen._office_zip import OfficeZip

_FAILED = "没能固定为保存时的样子，其中按日期、公式变化的内容可能与保存时不同。"


@dataclass(frozen=True, slots=True)
class Frozen:
    """What came of freezing a file."""

    is_copied: bool = False  # there is a copy; else the file itself is as good
    lost: tuple[str, ...] = ()  # each a whole Chinese sentence
    is_named: bool = False  # the copy holds NAME where the file's name belongs


def freeze(source: Path, target: Path, suffix: str) -> Frozen:
    """Write a frozen copy of the Office file at ``source`` to ``target``, where there is anything to freeze.

    ``suffix`` is that of the content. A file that can't be read so is no reason to show nothing: that is told. Raises
    NotShownError for a sheet that a lone cell far away would make thousands of empty pages.
    """
    freezer = _freezers().get(suffix)
    if freezer is None:
        return Frozen()
    try:
        return freezer(source, target)
    except NotShownError:
        raise
    except Exception as error:
        from kaoping.core.errors import is_machines

        if is_machines(error):
            raise
        target.unlink(missing_ok=True)
        broken = isinstance(error, zipfile.BadZipFile | zlib.error | EOFError)
        return Frozen() if broken else Frozen(lost=(_FAILED,))  # whether it can be shown is LibreOffice's to say


def write_name(source: Path, target: Path, name: str) -> None:
    """Write a copy of the frozen file ``source`` in which the file's ``name`` stands where it belongs."""
    from xml.sax.saxutils import escape

    from kaoping.evidence.convert.frozen._print_codes import NAME

    mark, plain = NAME.encode(), "".join(char for char in name if char.isprintable())
    coded = escape(plain.replace("&", "&&") if source.suffix.startswith(".xls") else plain).encode(errors="replace")
    if not zipfile.is_zipfile(source):
        target.write_bytes(source.read_bytes().replace(mark, coded))
        return
    with zipfile.ZipFile(source) as frozen, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as named:
        for entry in frozen.infolist():
            content = frozen.read(entry)
            named.writestr(entry, content.replace(mark, coded) if mark in content else content)


def _freezers() -> Mapping[str, Callable[[Path, Path], Frozen]]:
    zipped = {".docx": _word, ".docm": _word, ".xlsx": _workbook, ".xlsm": _workbook, ".pptx": _slides}
    flat = dict.fromkeys((".fodt", ".fods", ".fodp"), _flat)
    return {
        ".rtf": _rich_text,
        ".xml": _of_2003,
        **zipped,
        **dict.fromkeys((".odt", ".ods", ".odp"), _document),
        **flat,
    }


def _copied(archive: OfficeZip, target: Path, losses: Losses, is_named: bool = False) -> Frozen:
    if archive.has_unread:
        losses.add(_FAILED)
    return Frozen(archive.write(target), losses.sentences(), is_named)


def _word(source: Path, target: Path) -> Frozen:
    from kaoping.evidence.convert.frozen._office_zip import OfficeZip
    from kaoping.evidence.convert.frozen._word_copy import freeze_word

    losses = Losses()
    with OfficeZip(source) as archive:
        freeze_word(archive, losses)
        return _copied(archive, target, losses)


def _workbook(source: Path, target: Path) -> Frozen:
    from kaoping.evidence.convert.frozen._office_zip import OfficeZip
    from kaoping.evidence.convert.frozen._sheet_copy import freeze_workbook

    losses = Losses()
    with OfficeZip(source) as archive:
        is_named = freeze_workbook(archive, losses)
        return _copied(archive, target, losses, is_named)


def _slides(source: Path, target: Path) -> Frozen:
    from kaoping.evidence.convert.frozen._office_zip import OfficeZip
    from kaoping.evidence.convert.frozen._slide_copy import freeze_slides

    losses = Losses()
    with OfficeZip(source) as archive:
        freeze_slides(archive, losses)
        return _copied(archive, target, losses)


def _document(source: Path, target: Path) -> Frozen:
    from kaoping.evidence.convert.frozen._odf_copy import freeze_document
    from kaoping.evidence.convert.frozen._odf_tables import tell_not_printed
    from kaoping.evidence.convert.frozen._office_zip import OfficeZip

    losses = Losses()
    is_named = False
    with OfficeZip(source) as archive:
        for part in ("content.xml", "styles.xml"):
            root = archive.tree(part)
            if root is None:
                continue
            was_changed, names = freeze_document(root, losses)
            is_named = is_named or names
            tell_not_printed(root, losses)
            if was_changed:
                archive.changed(part)
        return _copied(archive, target, losses, is_named)


def _flat(source: Path, target: Path) -> Frozen:
    from kaoping.evidence.convert.frozen._odf_copy import freeze_document
    from kaoping.evidence.convert.frozen._odf_tables import tell_not_printed

    def change(root: Any, losses: Losses) -> tuple[bool, bool]:
        changed = freeze_document(root, losses)
        tell_not_printed(root, losses)
        return changed

    return _one_tree(source, target, change)


def _of_2003(source: Path, target: Path) -> Frozen:
    from kaoping.evidence.convert.frozen._xml_2003 import freeze_2003

    return _one_tree(source, target, lambda root, losses: (freeze_2003(root, losses), False))


def _one_tree(source: Path, target: Path, change: Callable[[Any, Losses], tuple[bool, bool]]) -> Frozen:
    """Freeze a file that is one XML; ``change`` says whether it changed anything, and whether it put a NAME in."""
    from lxml import etree

    from kaoping.evidence.convert.frozen._office_zip import parse

    losses = Losses()
    root = parse(source.read_bytes())
    if root is None:
        return Frozen(lost=(_FAILED,))
    was_changed, is_named = change(root, losses)
    if was_changed:
        target.write_bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8"))
    return Frozen(was_changed, losses.sentences(), is_named)


def _rich_text(source: Path, target: Path) -> Frozen:
    from kaoping.evidence.convert._rtf_groups import read_groups
    from kaoping.evidence.convert.frozen._rtf_copy import freeze_groups

    losses = Losses()
    root = read_groups(source.read_bytes())
    was_changed = freeze_groups(root, losses)
    if was_changed:
        target.write_bytes(root.content())
    return Frozen(was_changed, losses.sentences())
