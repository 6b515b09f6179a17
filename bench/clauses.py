"""How clauses of rubrics are read: right, undecided or wrong, form by form.

``python -m bench.clauses [FILE …]``: files of cases (JSON lines: ``form field text points cases``, a case being a value
and the points that it gives, null where the text leaves them open); those of the tests where none is named.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from kaoping import api

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "clauses"
_HEAD = "| form | clauses | right | undecided | wrong |\n|---|---|---|---|---|"
_VERDICTS = ("right", "undecided", "wrong")


def verdict(line: dict[str, Any], given: str | list[str], expected: str | None) -> str:
    """Return ``right`` (settled as expected, or open as expected), ``undecided``, or ``wrong``: settled otherwise."""
    values = [given] if isinstance(given, str) else given
    if line["points"] is None:  # a line without points of its own is not asked for
        return "undecided"
    answer = api.try_clause(line["text"], Fraction(str(line["points"])), values, line.get("requirement", ""))
    if answer["status"] == "undecided":
        return "right" if expected is None else "undecided"
    return "right" if expected is not None and Fraction(answer["points"]) == Fraction(expected) else "wrong"


def tries(path: Path) -> Iterator[tuple[dict[str, Any], str | list[str], str | None]]:
    """Yield each clause of a file with each of its values and what that gives."""
    for text in path.read_text("utf-8").splitlines():
        line = json.loads(text)
        for given, expected in line["cases"]:
            yield line, given, expected


def main() -> int:
    """Measure and print a table for each file."""
    for path in [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.jsonl")):
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        texts: dict[str, set[str]] = defaultdict(set)
        start = time.perf_counter()
        for line, given, expected in tries(path):
            forms[line["form"]][verdict(line, given, expected)] += 1
            texts[line["form"]].add(line["text"])
        seconds, total = time.perf_counter() - start, sum(forms.values(), Counter[str]())
        print(f"\n{path.name}: {sum(map(len, texts.values()))} clauses, {total.total()} values,", end=" ")
        print(f"{1000 * seconds / total.total():.1f} ms each\n\n{_HEAD}")
        for form, counts in sorted(forms.items(), key=lambda item: -item[1].total()):
            print(f"| {form} | {len(texts[form])} | " + " | ".join(str(counts[each]) for each in _VERDICTS) + " |")
        print(f"| all | {sum(map(len, texts.values()))} | " + " | ".join(str(total[each]) for each in _VERDICTS) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
