"""The files that another program has to show: gathered, converted in batches, judged by the pages that came out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from kaoping.core.model import NOT_INSTALLED
from kaoping.evidence._appraisal import PAGES, Appraisal
from kaoping.evidence.convert import Conversion, _chosen_program
from kaoping.evidence.convert._office_program import OfficeFile
from kaoping.evidence.convert.frozen import write_name
from kaoping.evidence.store import Store
from kaoping.evidence.words import Words
from kaoping.evidence.workers import Budget, Job

_ABSENT = "要用 LibreOffice 才能变成页面，而这台电脑上没有装。"
_SECONDS, _SECONDS_PER_MB = 120.0, 2.0  # for the judging of what came out, and of a large file's


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file whose pages are to be made: what the program is given, what was judged of it, the name its pages show."""

    given: Path
    appraisal: Appraisal
    name: str


def tells() -> str:
    """Return what tells this machine's program from another: a part of the key of what it makes; "" for none."""
    its = _chosen_program.find()
    return its.version if its is not None else ""


def program() -> str:
    """Return this machine's program as a package names it; a LibreOffice that is not there is named as that."""
    its = _chosen_program.find()
    return its.title if its is not None else f"LibreOffice{NOT_INSTALLED}"


def entry_of(entry: str, appraisal: Appraisal, name: str) -> str:
    """Return the key under which the pages of the file ``name`` are kept, whose first verdict is ``entry``."""
    parts = (entry, tells(), name if appraisal.is_named else "")
    return hashlib.sha256(" ".join(parts).encode(errors="surrogatepass")).hexdigest()[:40]


def convert(
    files: Mapping[str, Waiting],
    store: Store,
    words: Words,
    budget: Budget,
    on_file: Callable[[int], None] | None = None,
) -> tuple[dict[str, Appraisal], dict[str, Job]]:
    """Make the pages of ``files``, each under its key: return verdicts on those that have none, jobs for the others.

    A job looks through its pages for ``words``; what it says is to be put under its key. Without a program all have
    a slip sheet that says so. What is made goes off ``budget``; ``on_file`` is told how many are through.
    """
    its = _chosen_program.find()
    if its is None or not files:
        return {key: replace(file.appraisal, why=_ABSENT, lost=()) for key, file in files.items()}, {}
    verdicts: dict[str, Appraisal] = {}
    jobs: dict[str, Job] = {}
    with TemporaryDirectory(prefix="office-", dir=store.work, ignore_cleanup_errors=True) as work:
        folders = {key: store.fresh(key) for key in files}
        keys = {}
        for key, file in files.items():
            given = file.given
            if file.appraisal.is_named:
                given = folders[key] / given.name
                write_name(file.given, given, file.name)
            keys[OfficeFile(given, file.appraisal.office, folders[key] / PAGES)] = key
        if on_file is not None:
            on_file(0)  # the first may take a minute
        conversions = its.convert(list(keys), Path(work), budget)
        for number, (office_file, outcome) in enumerate(conversions, 1):
            if on_file is not None:
                on_file(number)
            key = keys[office_file]
            appraisal = files[key].appraisal
            if isinstance(outcome, Conversion):
                conversion = replace(outcome, lost=(*appraisal.lost, *outcome.lost))
                arguments = {
                    "folder": str(folders[key]),
                    "media": appraisal.media,
                    "suffix": appraisal.office,
                    "given": str(office_file.source),
                    "fields": asdict(conversion),
                    "first": {
                        "hits": appraisal.hits,
                        "other_numbers": appraisal.other_numbers,
                        "unexamined": appraisal.unexamined,
                        "programs": appraisal.programs,
                    },
                    "added": words.added,
                }
                seconds = _SECONDS + _SECONDS_PER_MB * office_file.source.stat().st_size / 1e6
                jobs[key] = Job("kaoping.evidence._judge:judge_pages", arguments, seconds)
            else:
                verdicts[key] = replace(
                    appraisal, why=outcome.why, office="", stand_in="", lost=(), hits=(), other_numbers=()
                )
    return verdicts, jobs
