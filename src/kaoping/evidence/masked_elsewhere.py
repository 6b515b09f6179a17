"""What was masked on one page and may still be seen in another place: a number of the same look, the same photo.

Of what was masked nothing but its masked form is known (139******22), so that two numbers may look alike: what is told
here is to be looked at, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from kaoping.core.findings import Findings
from kaoping.core.model import Bookmark, EvidenceFile, Location
from kaoping.evidence._personal import Hit
from kaoping.evidence._sight import page_place
from kaoping.evidence.looks import copies_of
from kaoping.evidence.words import Words


def tell_masked_elsewhere(files: Mapping[str, EvidenceFile], words: Words, findings: Findings) -> None:
    """Tell where personal data, or a photo, that a unit masked in one of ``files`` may still be seen in any of them.

    Looked through are names, titles, bookmarks, and what was found on pages: as they go into the bundle, all of them.
    """
    masked = [file for file in files.values() if file.masked and file.unchanged is not None]
    if not masked:
        return
    places = {path: list(_places(file, words)) for path, file in files.items()}
    for file in masked:
        for hit in _hits_masked(file):
            for path, its in places.items():
                seen = [place for text, place in its if text == hit]
                if seen:
                    _tell(file, path, f"被遮盖的{hit}", "、".join(dict.fromkeys(seen)), findings)
        for path, page in _copies(file, files):
            _tell(file, path, "遮盖了一处的照片", f"第{page}页，是同一张照片", findings)


def _tell(file: EvidenceFile, path: str, what: str, where: str, findings: Findings) -> None:
    findings.add("pages.masked_elsewhere", Location(f"材料/{path}"), path=path, other=file.path, what=what, where=where)


def _hits_masked(file: EvidenceFile) -> list[str]:
    """What was found, before it was changed, on the pages of ``file`` that are masked: 手机号 139******22."""
    assert file.unchanged is not None, "it was changed"
    pages = {page_place(page - 1) for at, (page, _) in enumerate(file.from_pages, 1) if at in file.masked}
    split = (words.removesuffix("）").rpartition("（") for words in file.unchanged.personal)
    left = {its for its, place in _on_pages(file) if place in map(_page_of, file.masked)}
    return list(dict.fromkeys(hit for hit, _, place in split if place in pages and hit not in left))


def _page_of(page: int) -> str:
    return page_place(page - 1)


def _on_pages(file: EvidenceFile) -> Iterator[tuple[str, str]]:
    """What was found in what is shown of ``file``, and where."""
    for words in file.personal:
        hit, _, place = words.removesuffix("）").rpartition("（")
        if hit:
            yield hit, place


def _places(file: EvidenceFile, words: Words) -> Iterator[tuple[str, str]]:
    """All personal data that ``file`` shows, in its masked form, each with where."""
    yield from _on_pages(file)
    yield from _in_texts([file.path.rpartition("/")[2]], "文件名", words.personal_data)
    yield from _in_texts([file.title, file.doc_no, file.issuer], "登记的题名、文号、责任者", words.personal_data)
    if file.sheets is not None:
        yield from _in_texts(_titles(file.sheets.bookmarks), "书签", words.personal_data)


def _in_texts(texts: Iterable[str], place: str, hits: Callable[[str], Iterator[Hit]]) -> Iterator[tuple[str, str]]:
    return ((str(hit), place) for text in texts if any(map(str.isdigit, text)) for hit in hits(text))


def _titles(bookmarks: Iterable[Bookmark]) -> Iterator[str]:
    for mark in bookmarks:
        yield mark.title
        yield from _titles(mark.below)


def _copies(file: EvidenceFile, files: Mapping[str, EvidenceFile]) -> Iterator[tuple[str, int]]:
    """The other places, with their pages, where a photo is seen that is masked in ``file``."""
    assert file.unchanged is not None, "it was changed"
    masked = {page for at, (page, _) in enumerate(file.from_pages, 1) if at in file.masked}
    mine = [shot.look for shot in file.unchanged.shots if shot.page in masked]
    if not mine:
        return
    others = [
        (path, shot) for path, its in files.items() for shot in its.shots
        if path != file.path and not its.hides and its.within != file.path
    ]  # fmt: skip
    looks = [shot.look for _, shot in others]
    for at in sorted({at for look in mine for at in copies_of(look, looks)}):
        yield others[at][0], others[at][1].page
