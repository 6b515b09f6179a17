"""The files that only LibreOffice can show: gathered, converted in batches, and judged by the pages that came out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from kaoping.evidence._appraisal import PAGES, Appraisal, slip
from kaoping.evidence.convert import Conversion, _libreoffice
from kaoping.evidence.convert._libreoffice import OfficeFile
from kaoping.evidence.store import Store
from kaoping.evidence.words import Words
from kaoping.evidence.workers import Budget, Job

_ABSENT = "要用 LibreOffice 才能变成页面，而这台电脑上没有装。"
SECONDS = 120.0  # for the judging of what came out


def tells() -> str:
    """Return what tells this machine's LibreOffice from another: a part of the key of what it makes; "" for none."""
    soffice = _libreoffice.find()
    return _libreoffice.version(soffice) if soffice is not None else ""


def entry_of(entry: str) -> str:
    """Return the key under which the pages of the file whose first verdict is ``entry`` are kept."""
    return hashlib.sha256(f"{entry} {tells()}".encode()).hexdigest()[:40]


def convert(
    files: Mapping[str, tuple[Path, Appraisal]],
    store: Store,
    words: Words,
    budget: Budget,
    on_file: Callable[[int], None] | None = None,
) -> tuple[dict[str, Appraisal], dict[str, Job]]:
    """Make the pages of ``files``, each under its key: return verdicts on those that have none, jobs for the others.

    A job looks through its pages for ``words``; what it says is to be put under its key. Without a LibreOffice all have
    a slip sheet that says so. What is made goes off ``budget``; ``on_file`` is told how many are through.
    """
    soffice = _libreoffice.find()
    if soffice is None or not files:
        return {key: replace(appraisal, why=_ABSENT, lost=()) for key, (_, appraisal) in files.items()}, {}
    verdicts: dict[str, Appraisal] = {}
    jobs: dict[str, Job] = {}
    with TemporaryDirectory(prefix="office-", dir=store.work, ignore_cleanup_errors=True) as work:
        folders = {key: store.fresh(key) for key in files}
        keys = {
            OfficeFile(path, appraisal.office, folders[key] / PAGES): key for key, (path, appraisal) in files.items()
        }
        if on_file is not None:
            on_file(0)  # the first may take a minute
        for number, (file, outcome) in enumerate(_libreoffice.convert(list(keys), Path(work), soffice, budget), 1):
            if on_file is not None:
                on_file(number)
            key = keys[file]
            media = files[key][1].media
            if isinstance(outcome, Conversion):
                conversion = replace(outcome, lost=(*files[key][1].lost, *outcome.lost))
                arguments = {
                    "folder": str(folders[key]),
                    "media": media,
                    "fields": asdict(conversion),
                    "added": words.added,
                }
                jobs[key] = Job("kaoping.evidence._judge:judge_pages", arguments, SECONDS)
            else:
                verdicts[key] = slip(media, outcome.why)
    return verdicts, jobs
