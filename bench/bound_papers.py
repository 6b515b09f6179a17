"""Whether a second paper in a file is seen: ``python -m bench.bound_papers DIR``, with papers of ``bench.papers``.

Each text PDF of DIR as it is (a further paper seen there is a false alarm), and each with another one of them behind
it, of which is counted how many are seen on the page where they begin, and how many of their titles are right.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from kaoping.evidence.recognition._lines_of_file import PAGES, lines_of
from kaoping.evidence.recognition.paper_reading import Hints, read_paper
from kaoping.pdf.written import WrittenLine

_STEP, _START = 7, 13  # which paper is bound behind which: any, the same each time


def main() -> int:
    """Measure and print."""
    folder = Path(sys.argv[-1])
    truths: dict[str, dict[str, Any]] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    names = [name for name in truths if name.startswith("text/")]
    papers = [_lines(folder / name) for name in names]
    counts, seen, asked = Counter[str](), Counter[str](), Counter[str]()
    for at, (name, (lines, hints)) in enumerate(zip(names, papers, strict=True)):
        pages = max((line.page for line in lines), default=1)
        alone = read_paper(lines, hints).further
        counts["papers of several pages"] += pages > 1
        if alone is not None:
            counts["false alarms"] += 1
            print(f"{name}: {alone}", file=sys.stderr)
        other = (_STEP * at + _START) % len(names)
        if pages == PAGES:
            continue
        behind = [replace(line, page=line.page + pages) for line in papers[other][0]]
        further = read_paper([*lines, *behind], hints).further
        truth = truths[names[other]]
        asked[truth["made_as"]] += 1
        if further is not None and further.page == pages + 1:
            seen[truth["made_as"]] += 1
            titled = "no title" if not further.title else "wrong title"
            counts["right title" if further.title == "".join((truth["title"] or "").split()) else titled] += 1
        elif further is not None:
            counts["on a wrong page"] += 1
    print(f"{len(names)} papers, {counts['papers of several pages']} of several pages; {dict(counts)}")
    print(f"seen {seen.total()} of {asked.total()}:", ", ".join(f"{its} {seen[its]}/{asked[its]}" for its in asked))
    return 0


def _lines(path: Path) -> tuple[list[WrittenLine], Hints]:
    its = lines_of(pages=str(path), source=str(path), is_picture=False)
    lines = [WrittenLine(text, page, tuple(box), sure, read) for text, page, box, sure, read in its["lines"]]
    return lines, Hints(size=tuple(its["size"]))


if __name__ == "__main__":
    sys.exit(main())
