"""The files that only LibreOffice can show: gathered, converted in batches, and judged by the pages that came out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from kaoping.evidence.convert import Made, office
from kaoping.evidence.convert.office import Wanted
from kaoping.evidence.judged import PAGES, Judged, slip
from kaoping.evidence.store import Store
from kaoping.evidence.words import Words
from kaoping.evidence.workers import Job

_ABSENT = "要用 LibreOffice 才能变成页面，而这台电脑上没有装。"
SECONDS = 120.0  # for the judging of what came out


def tells() -> str:
    """Return what tells this machine's LibreOffice from another: a part of the key of what it makes; "" for none."""
    soffice = office.find()
    return office.version(soffice) if soffice is not None else ""


def entry_of(entry: str) -> str:
    """Return the key under which the pages of the file whose first verdict is ``entry`` are kept."""
    return hashlib.sha256(f"{entry} {tells()}".encode()).hexdigest()[:40]


def convert(
    files: Mapping[str, tuple[Path, Judged]], store: Store, words: Words
) -> tuple[dict[str, Judged], dict[str, Job]]:
    """Make the pages of ``files``, each under its key: return verdicts on those that have none, jobs for the others.

    A job looks through its pages for ``words``; what it says is to be put under its key. Without a LibreOffice all have
    a slip sheet that says so.
    """
    soffice = office.find()
    if soffice is None or not files:
        return {key: replace(judged, why=_ABSENT, lost=()) for key, (_, judged) in files.items()}, {}
    verdicts: dict[str, Judged] = {}
    jobs: dict[str, Job] = {}
    with TemporaryDirectory(prefix="office-", dir=store.work, ignore_cleanup_errors=True) as work:
        folders = {key: store.fresh(key) for key in files}
        wanted = {Wanted(path, judged.office, folders[key] / PAGES): key for key, (path, judged) in files.items()}
        for one, outcome in office.convert(list(wanted), Path(work), soffice):
            key = wanted[one]
            media = files[key][1].media
            if isinstance(outcome, Made):
                made = replace(outcome, lost=(*files[key][1].lost, *outcome.lost))
                arguments = {"folder": str(folders[key]), "media": media, "made": asdict(made), "added": words.added}
                jobs[key] = Job("kaoping.evidence.judge:judge_pages", arguments, SECONDS)
            else:
                verdicts[key] = slip(media, outcome.why)
    return verdicts, jobs
