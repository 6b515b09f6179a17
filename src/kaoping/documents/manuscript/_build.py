"""Sources to Word templates: all of them are read before the first is written, and no file that isn't ours is lost."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from kaoping.core import fs
from kaoping.core.errors import KaopingError, why_not_read, why_not_written
from kaoping.core.file_names import is_nobodys
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.zipbytes import NO_DATE, repack
from kaoping.documents.manuscript._compose import compose
from kaoping.documents.manuscript._markup import elements_of
from kaoping.documents.manuscript._source_file import PART, SUFFIX, lines_of
from kaoping.documents.manuscript._source_tags import check_tags

_TEMPLATES = "templates"


def template_bytes(source: Path) -> bytes:
    """Return the docx that ``source`` describes, the same bytes each time. Raises KaopingError with all that is wrong.

    The places of the findings are lines of ``source`` and of the sources that it takes in.
    """
    findings = Findings()
    elements = elements_of(lines_of(source, findings), findings)
    check_tags(elements, findings)
    if len(findings):
        raise KaopingError(findings)
    stream = io.BytesIO()
    compose(elements).save(stream)
    return repack(stream.getvalue())


def build_templates(sources: Sequence[Path], out: Path | None = None) -> list[Path]:
    """Write the template of each of ``sources``, files or folders, beside it or into ``out``; return the templates.

    A folder stands for the sources in its ``templates/`` (``templates/word``, ``templates/packs/*``), or else for those
    that lie in it. Raises KaopingError, with what is wrong with all of them and writing nothing, where one is no sound
    source or a docx stands in the way that was not built from one; and where a file can't be written.
    """
    findings = Findings()
    texts = list(dict.fromkeys(path for source in sources for path in _meant(source, findings)))
    made: dict[Path, bytes] = {}
    for source in texts:
        target = (out or source.parent) / f"{source.stem}.docx"
        if target in made:
            findings.add("manuscript.same_name", Location(source.as_posix()), name=target.name)
            continue
        made[target] = b""
        try:
            made[target] = template_bytes(source)
        except KaopingError as error:
            findings.extend(error.findings)
        else:
            _check_there(target, findings)
    if len(findings):
        once = Findings(dict.fromkeys(findings))  # a part that two sources take in is wrong once
        raise KaopingError(once.sorted())
    for target, data in made.items():
        _write(target, data)
    return list(made)


def _meant(source: Path, findings: Findings) -> Iterator[Path]:
    """Yield the sources that one argument of the command means."""
    at = Location(source.as_posix())
    if source.is_dir():
        below = source / _TEMPLATES
        folders = (below, below / "word", *sorted(below.glob("packs/*")))
        try:
            sources = [text for folder in folders if folder.is_dir() for text in _sources_in(folder)]
            sources = sources or _sources_in(source)
        except OSError as error:
            findings.add("manuscript.unreadable", at, name=source.name, why=why_not_read(error))
            return
        if not sources:
            findings.add("manuscript.no_source", at, why=f"这里没有模板的源文件（{SUFFIX}）")
        yield from sources
    elif source.suffix.lower() != SUFFIX:
        findings.add("manuscript.no_source", at, why=f"模板的源文件是 {SUFFIX} 文件")
    elif source.name.startswith(PART):
        findings.add("manuscript.no_source", at, why=f"名称以 {PART} 开头的，是给别的源文件引入的")
    else:
        yield source


def _sources_in(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() == SUFFIX
        and not (path.name.startswith(PART) or is_nobodys(path.name))
        and path.is_file()
    )


def _check_there(target: Path, findings: Findings) -> None:
    """Tell where a file stands that was not built from a source: somebody wrote it, or changed it in Word."""
    at = Location(target.as_posix())
    try:
        if target.exists() and not _is_built(target):
            findings.add("manuscript.not_ours", at, name=target.name)
    except OSError as error:
        findings.add("manuscript.not_written", at, name=target.name, why=why_not_read(error))


def _is_built(path: Path) -> bool:
    """Whether a program of ours packed the docx: nobody else's zip has all its members at that day."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {member.date_time[:3] for member in archive.infolist()} == {NO_DATE.timetuple()[:3]}
    except zipfile.BadZipFile:
        return False


def _write(target: Path, data: bytes) -> None:
    unfinished = target.with_name(f".{target.name}.new")
    try:
        if target.is_file() and target.read_bytes() == data:
            return
        fs.mkdir(target.parent)
        try:
            fs.write_bytes(unfinished, data)
            fs.replace(unfinished, target)
        except OSError:
            fs.remove(unfinished)
            raise
    except OSError as error:
        findings = Findings()
        findings.add(
            "manuscript.not_written", Location(target.as_posix()), name=target.name, why=why_not_written(error)
        )
        raise KaopingError(findings) from error
