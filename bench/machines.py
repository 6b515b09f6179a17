"""How far what is read of scanned pages differs from one kind of machine to another.

``python -m bench.machines --read OUT.json [--pages 4]`` reads drawn pages (those of ``bench.text_layer``) and keeps
what came of each; on another machine, or under ``qemu-x86_64 -cpu Haswell python …``, again; then ``python -m
bench.machines ONE.json OTHER.json`` counts what differs. Needs what reads scans; nothing is kept in the store.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from bench.text_layer import sheets


def read(pages: int, share: float) -> list[dict[str, Any]]:
    """Return what is read of so many drawn pages, of the upper ``share`` of each."""
    from kaoping.evidence.reading._page_reader import read_page
    from kaoping.evidence.reading.ocr_engine import engine

    its = engine()
    assert its is not None, "nothing here reads scans"
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        for sheet in sheets(pages, 1, share):
            path = Path(folder, "page.pdf")
            path.write_bytes(sheet.pdf)
            began = time.process_time()
            outcomes.append(read_page(str(path), 1, its.reader) | {"page": hashlib.sha256(sheet.pdf).hexdigest()})
            print(f"{sheet.what}: {time.process_time() - began:.1f} processor seconds", flush=True)
    return outcomes


def compare(first: list[dict[str, Any]], other: list[dict[str, Any]]) -> dict[str, float]:
    """Return how many lines, characters and boxes there are, and how many of them differ."""
    counts: dict[str, float] = dict.fromkeys(
        ("pages", "pages_apart", "lines", "characters", "characters_apart", "boxes_apart", "farthest_points"), 0
    ) | {"score_apart": 0.0}
    for one, another in zip(first, other, strict=True):
        assert one["page"] == another["page"], "not the same pages were read"
        counts["pages"] += 1
        counts["pages_apart"] += one != another
        texts = ["\n".join(line[0] for line in page["lines"]) for page in (one, another)]
        matcher = SequenceMatcher(None, texts[0], texts[1], autojunk=False)
        same = sum(block.size for block in matcher.get_matching_blocks())
        counts["characters"] += len(texts[0])
        counts["characters_apart"] += max(map(len, texts)) - same
        counts["lines"] += len(one["lines"])
        if len(one["lines"]) != len(another["lines"]):
            counts["boxes_apart"] += abs(len(one["lines"]) - len(another["lines"]))
            continue
        for line, its in zip(one["lines"], another["lines"], strict=True):
            away = max(abs(a - b) for a, b in zip(line[1], its[1], strict=True))
            counts["boxes_apart"] += away > 0
            counts["farthest_points"] = max(counts["farthest_points"], away)
            counts["score_apart"] = max(counts["score_apart"], abs(line[2] - its[2]))
    return counts


def main() -> int:
    """Read, or compare two readings."""
    parser = argparse.ArgumentParser()
    parser.add_argument("readings", nargs="*", type=Path)
    parser.add_argument("--read", type=Path)
    parser.add_argument("--pages", type=int, default=4)
    parser.add_argument("--share", type=float, default=1.0)
    asked = parser.parse_args()
    if asked.read:
        asked.read.write_text(json.dumps(read(asked.pages, asked.share), ensure_ascii=False), encoding="utf-8")
        return 0
    one, other = (json.loads(path.read_text("utf-8")) for path in asked.readings)
    print(json.dumps(compare(one, other)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
