"""The linter (体检): any PDF bundle as its reviewers will find it, whoever made it.

Two readers look: pdfium at what shows, pypdf at what leads somewhere; pikepdf at the fonts. Alike findings are told
once, with their pages: five hundred of them help nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.core import fs
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.wings.lint import _font_look, _link_look, _page_look
from kaoping.wings.lint._scale import scale

if TYPE_CHECKING:
    from pypdf import PdfReader

_LONGEST = 200  # characters of what a library says


@dataclass(slots=True)
class Bundle:
    """The PDF being looked at, and what is found: (code, what) → the 0-based sheets, in their order."""

    path: Path
    name: str
    reader: PdfReader | None  # None where pypdf can't open what others open
    labels: list[str] = field(default_factory=list)  # of the pages; their count where it has none
    is_labelled: bool = False
    printed: dict[int, str] = field(default_factory=dict)  # sheet → the number that is printed at its foot
    notes: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def note(self, code: str, sheet: int, what: str = "") -> None:
        """Note that ``code`` holds of a sheet; ``what`` tells alike ones apart."""
        sheets = self.notes.setdefault((code, what), [])
        if not sheets or sheets[-1] != sheet:
            sheets.append(sheet)

    @contextmanager
    def skipping(self, sheet: int, what: str) -> Iterator[None]:
        """Note where the look ``what`` at a sheet breaks: a library's failure is no fault of the file."""
        try:
            yield
        except Exception:
            self.note("lint.page_skipped", sheet, what)


def lint(path: Path, name: str = "") -> Findings:
    """Look through the PDF at ``path``, called ``name`` in what is said; returns what is found, nothing if all is well.

    A file that no reader opens, or a look that fails, is a finding: nothing is raised for what is in the file.
    """
    findings = Findings()
    name = name or path.name
    reader, why = _link_look.open_bundle(path)
    if why and _link_look.is_open_to_readers(path):
        with fs.temporary_folder() as folder:
            _link_look.unlock(path, folder / "unlocked.pdf")
            return lint(folder / "unlocked.pdf", name)
    if why:
        findings.add("lint.unreadable", Location(name), name=name, why=why)
    elif reader is None:
        _look_through(Bundle(path, name, None), findings)
    else:
        with closing(reader.stream):
            _look_through(Bundle(path, name, reader), findings)
    return findings


def _look_through(bundle: Bundle, findings: Findings) -> None:
    looks: tuple[tuple[str, Callable[[Bundle], None]], ...] = (
        ("页码标签", _link_look.read_labels),
        ("页面", _page_look.look),
        ("链接和书签", _link_look.look),
        ("字体", _font_look.look),
    )
    for title, look in looks:
        try:
            look(bundle)
        except Exception as error:  # the look has failed, whatever the file is like
            why = f"{type(error).__name__}：{error}".replace(str(bundle.path), "")[:_LONGEST]
            findings.add("lint.look_failed", Location(bundle.name), what=title, why=why)
    _size(bundle, findings)
    for (code, what), sheets in sorted(bundle.notes.items(), key=lambda entry: (entry[0][0], entry[1], entry[0][1])):
        place = Location(bundle.name, page=_page(bundle, sheets[0]))
        findings.add(code, place, name=bundle.name, what=what, pages=_listed(bundle, sheets), count=len(sheets))


def _size(bundle: Bundle, findings: Findings) -> None:
    size = bundle.path.stat().st_size / 1e6
    if size > scale().size_mb:
        facts = {"name": bundle.name, "size": f"{size:.0f}", "limit": f"{scale().size_mb:g}"}
        findings.add("lint.large", Location(bundle.name), **facts)


def _page(bundle: Bundle, sheet: int) -> int:
    """Return the page's number where its label says the same as counting does; 0 where a number would mislead."""
    return sheet + 1 if sheet >= 0 and bundle.labels[sheet] == str(sheet + 1) else 0


def _listed(bundle: Bundle, sheets: list[int]) -> str:
    """Return all pages as a reader finds them, by their labels, neighbours together: 第3、12～15页."""
    runs: list[list[int]] = []
    for sheet in (sheet for sheet in sheets if sheet >= 0):
        if runs and sheet == runs[-1][-1] + 1:
            runs[-1].append(sheet)
        else:
            runs.append([sheet])
    label = [text or f"（第{number}张）" for number, text in enumerate(bundle.labels, 1)]
    shown = [label[run[0]] if len(run) == 1 else f"{label[run[0]]}～{label[run[-1]]}" for run in runs]
    pages = f"第{'、'.join(shown[: scale().named])}页"
    return pages + (f"等共{len(sheets)}页" if len(shown) > scale().named else "")
