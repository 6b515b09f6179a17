"""Unit folders for tests: the good one of one record, a small one that builds fast, and what is laid over them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from kaoping import api
from kaoping.core.findings import Finding
from kaoping.evidence.convert import _libreoffice

BROKEN = Path(__file__).parent / "broken"
BASE = BROKEN / "base"
SMALL = Path(__file__).parent / "data" / "small-2017"  # five lines (one of them open), six pieces
TRAINING = """\
- id: P01
  title: 全市业务培训班
  date: 2017-05-16
  mode: 线下
  scope: 全市
  host: 市级
  case_based: 否
"""
PROOF = "  evidence: 培训/通知.pdf\n"


def good_unit(folder: Path, records: Mapping[str, str] | None = None) -> Path:
    """Copy the good unit to ``folder``, with ``records`` (file below records/ → text) written over it."""
    shutil.copytree(BASE, folder, copy_function=shutil.copyfile)
    for name, text in (records or {}).items():
        (folder / "records" / name).write_text(text, encoding="utf-8")
    return folder


def small_unit(folder: Path) -> Path:
    """Copy the small unit to ``folder``: whatever is about building, and not about this or that line, needs no city."""
    shutil.copytree(SMALL, folder, copy_function=shutil.copyfile)
    return folder


def lay_over(folder: Path, source: Path, without: Iterable[str] = (), ignore: Iterable[str] = ()) -> None:
    """Take ``without`` away from ``folder``, then copy all of ``source`` into it, a folder in place of a file too."""
    for name in without:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in sorted(source.rglob("*")):
        target = folder / path.relative_to(source)
        if path.is_dir():
            if target.is_file():
                target.unlink()
            target.mkdir(exist_ok=True)
        elif path.name not in ignore:
            shutil.copyfile(path, target)


def found(folder: Path) -> list[tuple[str, str]]:
    """Return (code, place) of everything that `check` finds, in its order."""
    return [(finding.code, str(finding.at)) for finding in api.check(folder).sorted()]


def only(findings: Iterable[Finding], code: str) -> Finding:
    """Return the one finding of ``code``; fails where there are none or several."""
    matching = [finding for finding in findings if finding.code == code]
    assert len(matching) == 1, f"{code}: {matching}"
    return matching[0]


@contextmanager
def without_libreoffice() -> Iterator[None]:
    """Let no LibreOffice be found, so that every machine makes the same of a unit: Office files are slip sheets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(_libreoffice.PLACE, "none")
        _libreoffice.find.cache_clear()
        yield
    _libreoffice.find.cache_clear()
