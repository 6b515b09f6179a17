"""The programs of others that turn Office files into PDF, behind one seam: many files in one call, in a folder of ours.

Such a program says that all is well for what it could not do, and makes pages of random bytes: what it is given was
recognised by content, and what comes out is opened again. A file that a call hangs or dies on is tried alone, so that
it takes no other along.
"""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from kaoping.core import fs
from kaoping.evidence._appraisal import NOT_REACHED
from kaoping.evidence.convert._conversion import Conversion
from kaoping.evidence.workers import Budget, Watched

_BATCH = 12  # files in one call: one that hangs costs no more than these a second try
#: Seconds of a processor: to start the program, for a file of usual size, for a large one.
_START, _EACH, _PER_MB = 60.0, 5.0, 2.0
_TOO_LONG = "转换用时太久，中途停下了。请用生成它的程序另存为 PDF 后换掉。"


@dataclass(frozen=True, slots=True)
class OfficeFile:
    """A file to convert: what it is by content decides the suffix under which the program gets to see it."""

    source: Path
    suffix: str
    target: Path


@dataclass(frozen=True, slots=True)
class ConversionFailure:
    """Why a file was not converted, in Chinese; ``final`` where another try would come to the same."""

    why: str
    final: bool


class OfficeProgram(ABC):
    """A program that is installed here: what it is called, what tells it from another release, what it does."""

    @property
    @abstractmethod
    def how(self) -> str:
        """What a package says of each file that it converted, in Chinese, a few words: 由 LibreOffice 转换."""

    @property
    @abstractmethod
    def version(self) -> str:
        """What tells it from another: a part of the key of what it makes."""

    @property
    @abstractmethod
    def title(self) -> str:
        """It as people name it, with its version: what a package says of it."""

    def kind(self, file: OfficeFile) -> str:
        """Return what goes into one call with ``file``: all of the same kind."""
        return ""

    def refuses(self, file: OfficeFile) -> str:
        """Say in Chinese why ``file`` is not to be given to it; "" where it may be."""
        return ""

    @abstractmethod
    def why_not(self, file: OfficeFile) -> str:
        """Say in Chinese what to do about a file that it made no pages of."""

    @abstractmethod
    def prepare(self, work: Path) -> None:
        """Lay what it needs besides the files into the folder ``work``; after a call that went wrong, anew."""

    @abstractmethod
    def run(self, names: Sequence[Path], into: Path, work: Path, seconds: float) -> Watched:
        """Turn the files at ``names``, of one kind, into PDFs of their stems in the folder ``into``.

        Raises OSError where the program can't be started.
        """

    def convert(
        self, files: Sequence[OfficeFile], work: Path, budget: Budget
    ) -> Iterator[tuple[OfficeFile, Conversion | ConversionFailure]]:
        """Convert ``files``, each to its target, and yield what came of each; ``work`` is an empty folder to work in.

        What the program takes goes off ``budget``; once that is used up the rest is not begun. Raises OSError where it
        can't be started.
        """
        self.prepare(work)
        refused = {file: why for file in files if (why := self.refuses(file))}
        yield from ((file, ConversionFailure(why, final=True)) for file, why in refused.items())
        for start, batch in enumerate(self._batches([file for file in files if file not in refused])):
            done = self._call(batch, work / f"{start}", work, budget)
            for at, file in enumerate(batch):
                outcome = done[at]
                if outcome is None and len(batch) > 1:
                    self.prepare(work)
                    outcome = self._call([file], work / f"{start}-{at}", work, budget)[0]
                yield file, outcome or ConversionFailure(self.why_not(file), final=True)

    def _batches(self, files: Sequence[OfficeFile]) -> Iterator[Sequence[OfficeFile]]:
        for _, alike in groupby(sorted(files, key=self.kind), key=self.kind):
            of_kind = list(alike)
            for start in range(0, len(of_kind), _BATCH):
                yield of_kind[start : start + _BATCH]

    def _call(
        self, files: Sequence[OfficeFile], folder: Path, work: Path, budget: Budget
    ) -> list[Conversion | ConversionFailure | None]:
        """Convert ``files`` in one call; None for each that did not come out."""
        if budget.left <= 0:
            return [ConversionFailure(NOT_REACHED, final=False)] * len(files)
        into = folder / "pdf"
        into.mkdir(parents=True)
        names = []
        for at, file in enumerate(files):
            names.append(folder / f"{at:03}{file.suffix}")  # the clerk's own names have made LibreOffice stumble
            fs.copy(file.source, names[-1])
        size = sum(file.source.stat().st_size for file in files) / 1e6
        watched = self.run(names, into, work, _START + _EACH * len(files) + _PER_MB * size)
        budget.left -= watched.seconds
        outcomes: list[Conversion | ConversionFailure | None] = []
        for name, file in zip(names, files, strict=True):
            made = into / f"{name.stem}.pdf"
            pages = _pages(made)
            if pages:
                shutil.move(made, file.target)
                outcomes.append(Conversion(pages, self.how))
            elif len(files) == 1 and not watched.in_time:
                outcomes.append(ConversionFailure(_TOO_LONG, final=False))
            else:
                outcomes.append(None)
        shutil.rmtree(folder, ignore_errors=True)
        return outcomes


def _pages(path: Path) -> int:
    """Return the pages of a PDF that came out; 0 where it did not."""
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            return len(pdf.pages)
    except Exception:  # not there, or what pikepdf raises for what it can't read
        return 0
