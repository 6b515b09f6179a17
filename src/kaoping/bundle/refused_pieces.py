"""Pieces that can't stand in a bundle, though they were judged good: which they are, and why."""

from __future__ import annotations

from collections.abc import Sequence

from kaoping.bundle._album import Photo, write_album
from kaoping.core import fs
from kaoping.core.errors import is_machines
from kaoping.core.model import Piece
from kaoping.evidence.rehearsal import rehearse

_LONGEST = 200  # characters of what a library says


def reasons_of(pieces: Sequence[Piece]) -> dict[str, str]:
    """Return why which of ``pieces`` can't stand in a bundle, by the paths of their files: a Chinese sentence each."""
    tried = {piece.evidence.path: _why_not(piece) for piece in pieces if piece.evidence.sheets is not None}
    return {path: why for path, why in tried.items() if why}


def _why_not(piece: Piece) -> str:
    sheets, pages = piece.evidence.sheets, piece.evidence.pages
    assert sheets is not None
    with fs.temporary_folder() as folder:
        rehearsal = rehearse(sheets, pages, folder, range(pages))
        if rehearsal.refused:
            return f"{rehearsal.refused}。"
        if rehearsal.unseen or rehearsal.sheets.full != sheets.full or rehearsal.sheets.leaky != sheets.leaky:
            return "盖在上面的页码看不见。"
        try:
            if piece.album:
                write_album([Photo(sheets.path, "")], folder / "album.pdf")
        except Exception as error:  # whatever it is that a library can't take
            if is_machines(error):
                raise
            return f"{type(error).__name__}：{error}".replace(str(sheets.path.absolute()), "")[:_LONGEST] + "。"
    return ""
