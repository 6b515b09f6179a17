"""Pieces that can't be merged, though they were judged good: which they are, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from kaoping.bundle._album import Photo, write_album
from kaoping.core.errors import is_machines
from kaoping.core.model import Piece, Sheets
from kaoping.pdf import merge
from kaoping.pdf.alone import BlockFont, make_ready

_LONGEST = 200  # characters of what a library says


def reasons_of(pieces: Sequence[Piece]) -> dict[str, str]:
    """Return why which of ``pieces``, each with pages of its own, can't be merged, by the paths of their files."""
    tried = {piece.evidence.path: _why_not_merged(piece) for piece in pieces}
    return {path: why for path, why in tried.items() if why}


def _why_not_merged(piece: Piece) -> str:
    sheets, pages = piece.evidence.sheets, piece.evidence.pages
    assert sheets is not None
    try:
        _merge_alone(sheets, pages, in_album=bool(piece.album))
    except Exception as error:  # whatever it is that a library can't take
        if is_machines(error):
            raise
        return f"{type(error).__name__}：{error}".replace(str(sheets.path.absolute()), "")[:_LONGEST] + "。"
    return ""


def _merge_alone(sheets: Sheets, pages: int, *, in_album: bool) -> None:
    with merge.join([(sheets.path, f"1-{pages}")]) as pdf, TemporaryDirectory() as folder:
        if in_album:
            write_album([Photo(sheets.path, "")], Path(folder, "album.pdf"))
        if len(pdf.pages) != pages:
            raise ValueError(f"有 {len(pdf.pages)} 页，应有 {pages} 页")
        make_ready(pdf, sheets, BlockFont(), str)
        merge.save(pdf, merge.Counter(), bytes(16))
