"""kaoping.json, the manifest of a package: what it is, what made it, what stands where and which points it claims.

It is the one place that :mod:`kaoping.verify` compares every other file with, so it holds facts and no layout. In a
报送稿 it holds no reason, no range and no open question: it is handed in with the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from kaoping import __version__
from kaoping.core import fs, resources
from kaoping.core.figures import date_text, number, span_text
from kaoping.core.file_names import is_nobodys
from kaoping.core.model import DRAFT, NOT_INSTALLED

if TYPE_CHECKING:
    from kaoping.core.model import BundlePlan, LineScore, Piece, ScoreCard, Total
    from kaoping.core.packs import Pack
    from kaoping.core.supplement import Supplement
    from kaoping.rubric.nodes import Rubric

SCHEMA = "kaoping.package/1"
FILE_NAME = "kaoping.json"
PACKS = "packs"  # below templates/: those of packs

# What a file in the payload is for. verify knows these; any other role is only listed.
SHEET, TABLE, REPORT, DOCUMENT, BUNDLE, GAPS, ATTACHMENT, ORIGINAL, OTHER = (
    "sheet", "table", "report", "document", "bundle", "gaps", "attachment", "original", "other"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Output:
    """A file that a writer put into the payload.

    ``facts`` say where to find in it what the manifest claims:

    - role sheet: ``cells`` = {"lines": {"10": "自评表!F12"}, "totals": {"total": "自评表!F60"}}
    - role table: ``cells`` = {"lines": {"10": [table, row, column]}, …}, 0-based, in a Word document
    - role report: ``figures`` = [{"total": "base", "text": "基础分可得{of}分，自评{points}分"}], words that state it,
      or, weaker, {"total": "base", "near": "基础分"}, words in the same clause before it
    - role bundle: ``volume`` = 1, ``pages`` = all its sheets
    """

    path: str  # relative to data/
    role: str
    title: str  # what it is, for a person: 打开说明.txt shows it
    open_first: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    sha256: str = ""  # as its writer knows it; else the file is read for it


def manifest(
    rubric: Rubric,
    card: ScoreCard,
    plan: BundlePlan,
    tally: Mapping[str, int] | None = None,
    supplement: Supplement | None = None,
    rollup: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return kaoping.json without its ``files``, which :meth:`kaoping.package.staging.Stage.finish` adds.

    ``tally`` says how much of a 送审稿 is still to be done, as its own lists do: what → how many. ``supplement`` is
    what a supplement says of the package that it follows; ``rollup`` which packages of subordinates it took records of.
    """
    draft = plan.form == DRAFT
    return {
        "schema": SCHEMA,
        "form": plan.form,
        "tool": {"name": "kaoping", "version": __version__},
        **({"programs": programs} if (programs := _programs(plan)) else {}),
        **({"readers": readers} if (readers := _readers(plan)) else {}),
        "rubric": {"id": rubric.id, "title": rubric.title, "sha256": rubric.sha256},
        "pack": {"id": rubric.pack.id, "title": rubric.pack.title, "sha256": rubric.pack.digest()},
        "templates": templates(rubric.pack),
        "unit": card.unit,
        "level": card.level,
        "year": card.year,
        "dated": plan.dated.isoformat() if plan.dated else None,
        "totals": {
            "base": _total(card.base, draft),
            "bonus": _total(card.bonus, draft),
            "deduction": _total(card.deduction, draft),
            "total": _total(card.total, draft),
        }
        | ({"unsupported": number(card.unsupported)} if draft else {}),
        **({"grade": card.graded.text} if card.graded is not None else {}),
        "stamp": plan.extra.get("patterns.stamp", ""),
        "lines": [_line(score, draft) for score in card.lines],
        "supplement": bool(plan.prefix),
        "pieces": [_piece(piece) for piece in plan.pieces],
        **({"changes": _changes(supplement, card)} if supplement is not None else {}),
        **({"rollup": dict(rollup)} if rollup else {}),
        **({"tally": dict(tally)} if draft and tally is not None else {}),
    }


def _programs(plan: BundlePlan) -> list[str]:
    """Return the programs of others that pages come from, or would: the same files give other bytes with other ones."""
    return sorted({piece.evidence.program for piece in plan.pieces if piece.evidence.program})


def _readers(plan: BundlePlan) -> list[str]:
    """Return what read the words under scanned pages: with another engine, model or machine they may be others."""
    return sorted({piece.evidence.reader for piece in plan.pieces if piece.evidence.reader})


def _changes(its: Supplement, card: ScoreCard) -> dict[str, Any]:
    """Return what a supplement says of what was handed in: the same facts as its letter and 打开说明."""
    return {
        "base": its.base,
        "form": its.form,
        "dated": its.first_dated.isoformat() if its.first_dated else None,
        "score_sheet_dated": its.last_dated.isoformat() if its.last_dated else None,
        "total": {"before": its.totals.get("total", ""), "after": span_text(card.total.low, card.total.high)},
        "scores": [
            {"line": s.line, "called": s.called, "title": s.title}
            | {"before": s.before, "after": s.after, "why": "；".join(s.why)}
            for s in its.rescored
        ],
        "added": [piece.number for piece in its.added],
        "replaced": [{"number": r.old.number, "title": r.old.title, "by": r.new.number} for r in its.replaced],
        "withdrawn": [{"number": p.number, "title": p.title, "path": p.path} for p in its.withdrawn],
    }


def templates(pack: Pack) -> dict[str, str]:
    """Return the sha256 of every template of the tool and of the pack, by its path in ``templates/``.

    What the Word templates are built from is none, nor are the local page's: no output is made from them.
    """
    root = resources.template()
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*")}
    shared = {name: path for name, path in files.items() if not name.startswith((f"{PACKS}/", "pack/", "page/"))}
    packs = {
        f"{PACKS}/{layer.folder.name}/{path.relative_to(layer.templates).as_posix()}": path
        for layer in pack.layers
        for path in layer.templates.rglob("*")
    }
    return {
        name: fs.sha256(path)
        for name, path in sorted({**shared, **packs}.items())
        if path.is_file() and path.suffix not in {".py", ".pyc"} and not is_nobodys(path.name)
        if not name.startswith(("word/", f"{PACKS}/")) or path.suffix == ".docx"
    }


def file_entry(path: str, size: int, sha256: str, output: Output | None) -> dict[str, Any]:
    """Return the row of ``files`` for the payload file ``path`` (relative to the package, ``data/…``)."""
    if output is None:
        return {"path": path, "role": OTHER, "title": "", "size": size, "sha256": sha256}
    return {"path": path, "role": output.role, "title": output.title, "size": size, "sha256": sha256} | dict(
        output.facts
    )


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """Write a document as JSON: UTF-8, LF, in its own order, the same bytes for the same content."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def guide(document: Mapping[str, Any], first: Iterable[str]) -> bytes:
    """Return 打开说明.txt for the manifest ``document``; ``first`` are the paths to open first, in order.

    UTF-8 with a byte-order mark and CRLF: the Notepad of Windows 7 shows anything else as one garbled line.
    """
    import jinja2

    loader = jinja2.FileSystemLoader(resources.template("package"), encoding="utf-8")
    environment = jinja2.Environment(  # plain text, not HTML: nothing to escape
        loader=loader, undefined=jinja2.StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["under"] = lambda path: path.removeprefix("data/").replace("/", "\\")
    environment.filters["day"] = lambda text: date_text(date.fromisoformat(text))
    wanted = list(first)
    listed = [row for row in document["files"] if row["role"] not in (ATTACHMENT, ORIGINAL) and row["title"]]
    text = environment.get_template("open_me.txt").render(
        document,
        first=sorted((row for row in listed if row["path"] in wanted), key=lambda row: wanted.index(row["path"])),
        rest=[row for row in listed if row["path"] not in wanted],
        attachments=sum(row["role"] == ATTACHMENT for row in document["files"]),
        originals=sum(row["role"] == ORIGINAL for row in document["files"]),
        converters=[name for name in document.get("programs", ()) if not name.endswith(NOT_INSTALLED)],
        gaps=next((row["path"] for row in document["files"] if row["role"] == GAPS), ""),
    )
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()


def _total(total: Total, draft: bool) -> dict[str, str]:
    entry = {"points": number(total.low)}
    if draft:
        entry |= {"min": number(total.low), "max": number(total.high)}
    if total.of is not None:
        entry["of"] = number(total.of)
    return entry


def _line(score: LineScore, draft: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "line": score.line,
        "role": score.role,
        "points": number(score.points),
        "status": str(score.status),
    }
    if draft:
        entry |= {"min": number(score.low), "max": number(score.high), "supported": score.supported}
    return entry


def _piece(piece: Piece) -> dict[str, Any]:
    return {
        "number": piece.number,
        "path": piece.evidence.path,
        "title": piece.evidence.title,
        "sha256": piece.evidence.digest,
        "media": piece.evidence.media,
        "verdict": str(piece.evidence.verdict),
        "how": piece.evidence.how,
        "not_shown": [*piece.evidence.lost, *piece.evidence.changes],
        "volume": piece.volume,
        "first": piece.first,
        "pages": piece.evidence.pages,
        "line": piece.line,
        "also": list(piece.also),
        "album": list(piece.album),
        **({"masked": list(piece.evidence.masked)} if piece.evidence.masked else {}),
        **({"replaces": piece.replaces} if piece.replaces else {}),
    }
