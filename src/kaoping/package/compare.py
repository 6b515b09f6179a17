"""What changed between two packages: scores, pieces of evidence, words of the documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from kaoping.core import fs
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.package import manifest, shape

_TOTALS = {"base": "基础分合计", "bonus": "加分合计", "deduction": "扣分合计", "total": "总计"}
_DOCUMENTS = (manifest.REPORT, manifest.DOCUMENT)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise: ``what`` it is, as it was and as it is ("" where it was or is not)."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed from one package to another, by what it is about."""

    scores: Sequence[Change]
    pieces: Sequence[Change]  # of evidence: that came, that went, that are others
    moved: Sequence[Change]  # pieces that are the same, and have another number or stand on another page
    words: Sequence[Change]
    files: Sequence[Change]  # that were added, that went

    def lines(self) -> Iterator[str]:
        """Yield the list of changes (变更清单) in Chinese, a line each."""
        for title, changes in (
            ("分数", self.scores),
            ("佐证材料", self.pieces),
            ("佐证编号和页码顺移", self.moved),
            ("文稿文字", self.words),
            ("文件", self.files),
        ):
            yield f"{title}：{f'{len(changes)}处变动' if changes else '没有变动'}"
            for change in changes:
                yield f"  {change.what}：{change.before or '（没有）'} → {change.after or '（没有）'}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is compared of a package, read at one time: it may be replaced since."""

    document: Mapping[str, Any]  # its kaoping.json
    texts: Mapping[str, Sequence[str]]  # the paragraphs of each document by its title


def snapshot(package: Path) -> Snapshot:
    """Read what is compared of ``package``. Raises KaopingError where it can't be read."""
    document = _document(package)
    return Snapshot(document, _texts(package, document))


def compare(before: Path, after: Path) -> Changes:
    """Compare the package in ``before`` with the one in ``after``. Raises KaopingError where one can't be read."""
    return differences(snapshot(before), snapshot(after))


def differences(before: Snapshot, after: Snapshot) -> Changes:
    """Return what changed from one package to another."""
    old, new = before.document, after.document
    pieces, moved = _differing_pieces(old, new)
    return Changes(
        differing_scores(old, new),
        pieces,
        moved,
        list(_words(before.texts, after.texts)),
        list(_differing(_files(old), _files(new))),
    )


def differing_scores(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the lines and totals whose points are others in ``after`` than in ``before``: two kaoping.json."""
    return list(_scores(before, after))


def _document(package: Path) -> dict[str, Any]:
    findings = Findings()
    document = shape.load(package, findings) if package.is_dir() else None
    if document is None:
        findings = Findings()
        findings.add("package.not_comparable", Location(package.name), name=package.name)
        raise KaopingError(findings)
    return document


def _scores(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for points in (_lines, _totals):
        yield from _differing(points(before), points(after))


def _lines(document: Mapping[str, Any]) -> dict[str, str]:
    return {f"第{line['line']}项": f"{_range(line)}分" for line in document["lines"]}


def _totals(document: Mapping[str, Any]) -> dict[str, str]:
    return {title: f"{_range(document['totals'][key])}分" for key, title in _TOTALS.items()}


def _range(row: Mapping[str, str]) -> str:
    """Return the points of a line or a total; their range, where a 送审稿 leaves it open."""
    low, high = row.get("min", row["points"]), row.get("max", row["points"])
    return low if low == high else f"{low}～{high}"


def _differing_pieces(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[list[Change], list[Change]]:
    """Return the files of evidence that came, went or are others, and those that only stand elsewhere."""
    old, new = ({piece["path"]: piece for piece in its["pieces"]} for its in (before, after))
    pieces: list[Change] = []
    moved: list[Change] = []
    for path in dict.fromkeys([*old, *new]):
        was, now = old.get(path), new.get(path)
        ends = [f"{its['number']}，第{its['first']}页起，{its['pages']}页" if its else "" for its in (was, now)]
        if was and now and was["sha256"] != now["sha256"]:
            pieces.append(Change(f"材料/{path}", ends[0], f"{ends[1]}，文件换过"))
        elif ends[0] != ends[1]:
            same = was and now and was["pages"] == now["pages"]
            (moved if same else pieces).append(Change(f"材料/{path}", *ends))
    return pieces, moved


def _files(document: Mapping[str, Any]) -> dict[str, str]:
    return {Path(row["path"]).name: "有" for row in document["files"] if row["role"] != manifest.ATTACHMENT}


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for what in dict.fromkeys([*before, *after]):
        if before.get(what) != after.get(what):
            yield Change(what, before.get(what, ""), after.get(what, ""))


def _texts(package: Path, document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the paragraphs of each document by its title."""
    from kaoping.documents.word import words

    texts: dict[str, list[str]] = {}
    for row in document["files"]:
        if row["role"] in _DOCUMENTS and row["path"].lower().endswith(".docx"):
            try:
                text = words(fs.read(package / row["path"]))
            except Exception:  # whatever python-docx raises for a file that somebody damaged since
                text = f"（读不出来：{Path(row['path']).name}）"
            texts[row["title"]] = [line for line in text.split("\n") if line.strip()]
    return texts


def _words(before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> Iterator[Change]:
    for title in dict.fromkeys([*before, *after]):
        if title in before and title in after:
            yield from _paragraphs(title, before[title], after[title])


def _paragraphs(title: str, before: Sequence[str], after: Sequence[str]) -> Iterable[Change]:
    for tag, i, i_end, j, j_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if i_end - i == j_end - j:
            yield from (Change(title, *pair) for pair in zip(before[i:i_end], after[j:j_end], strict=True))
        else:
            yield Change(title, "／".join(before[i:i_end]), "／".join(after[j:j_end]))
