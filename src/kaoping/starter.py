"""A new unit folder: every record kind as an empty file that explains itself, made from the schemas.

Nothing in it counts as filled in: examples are comments, so that a forgotten example never becomes a record.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kaoping import fs, schema
from kaoping.errors import KaopingError, why_not_written
from kaoping.findings import Findings
from kaoping.intake import NOTICE
from kaoping.model import Location
from kaoping.readers.yaml_records import FOLDER
from kaoping.rubric.load import DEFAULT, load
from kaoping.rubric.nodes import Rubric
from kaoping.schema import TYPE_NAMES, Field, Kind
from kaoping.validate import MATERIALS

#: What stands above the commented example in every record file.
EXAMPLE = "# 例："


def start(folder: Path, rubric_id: str = "") -> list[Path]:
    """Make a unit folder at ``folder`` for the rubric ``rubric_id`` and return what was made.

    Raises KaopingError, touching nothing, where the folder already holds a unit, or for an unknown rubric.
    """
    rubric = load(rubric_id or DEFAULT)
    findings = Findings()
    there = [name for name in (FOLDER, MATERIALS, NOTICE) if (folder / name).exists()]
    if there:
        findings.add("init.exists", Location(folder.name), name=folder.name, what="、".join(there))
        raise KaopingError(findings)
    try:
        return _make(folder, rubric)
    except OSError as error:
        raise not_made(folder, error) from None


def _make(folder: Path, rubric: Rubric) -> list[Path]:
    records = folder / FOLDER
    made = [records, folder / MATERIALS]
    notice = folder / NOTICE
    try:
        for path in made:
            fs.mkdir(path)
        for kind in schema.kinds().values():
            fs.write_bytes(records / kind.file, record_file(kind, rubric).encode())
        fs.write_bytes(notice, notice_file(rubric).encode())
    except OSError:  # half a unit would only stand in the way of the next try
        for path in (*made, notice):
            fs.remove(path)
        raise
    return [*made, notice]


def not_made(folder: Path, error: OSError) -> KaopingError:
    """Return the error for a unit folder that the disk did not take."""
    findings = Findings()
    findings.add("init.cannot_make", Location(folder.name), name=str(folder), why=why_not_written(error))
    return KaopingError(findings)


def record_file(kind: Kind, rubric: Rubric) -> str:
    """Return the empty record file of ``kind``, with what each field means and one example, all in comments."""
    lines = [f"# {kind.title}：{kind.purpose}", "#", "# 各栏："]
    lines += [f"#   {field.name}　{_explain(field)}" for field in kind.fields]
    if kind.single:
        lines += ["#", EXAMPLE, *(f"# {text}" for text in _example(kind)), "", *_unit(kind, rubric)]
        return "\n".join(lines) + "\n"
    lines += ["#", "# 一条一条地写，每条以“- ”开头；本年确实没有的，写一行 []（不写等于没有填报）。", EXAMPLE]
    lines += [f"# {text}" for text in _example(kind)]
    return "\n".join(lines) + "\n"


def _explain(field: Field) -> str:
    parts = [field.title, "必填" if field.required else "", TYPE_NAMES[field.type] if field.type != "string" else ""]
    if field.options:
        parts.append("只能填：" + " / ".join(field.options))
    if field.in_year:
        parts.append("须在考评年度内")
    parts.append(field.hint)
    return "；".join(part for part in parts if part)


def _example(kind: Kind) -> Iterator[str]:
    filled = [field for field in kind.fields if field.example]
    for index, field in enumerate(filled):
        indent = "" if kind.single else "- " if index == 0 else "  "
        yield f"{indent}{field.name}: {_scalar(field)}"


def _scalar(field: Field) -> str:
    """Quote what YAML would take for something else."""
    needs = field.example[:1] in "“\"'[{&*#|>%@`-" or ": " in field.example or " #" in field.example
    return f'"{field.example}"' if needs else field.example


def _unit(kind: Kind, rubric: Rubric) -> Iterator[str]:
    """The unit's own file has its keys in place: they are filled in, not added."""
    for field in kind.fields:
        value = {"rubric": rubric.id, "year": str(rubric.year)}.get(field.name, "")
        yield f"{field.name}: {value}".rstrip()


def notice_file(rubric: Rubric) -> str:
    """Return the unit's own notice: the open questions to answer, each explained; all in comments."""
    lines = [
        "# 本单位收到的通知与细则自带的不同时，在这里写不同的几行；不写就按细则自带的。",
        "# 下面是细则没有写明、要由通知或考评方答复的口径。得到答复后，去掉行首的 # 并填上答复。",
        "#",
        "# answers:",
    ]
    for question in rubric.questions.values():
        lines.append(f"#   {question.id}:   # {question.ask}可填：{' / '.join(question.options)}")
    lines += ["#", "# due:   # 期限"]
    lines += [f"#   {name}: {{date: }}   # {title}" for name, title in rubric.notice.due_titles.items()]
    return "\n".join(lines) + "\n"
