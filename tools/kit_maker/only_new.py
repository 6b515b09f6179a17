"""Leaves in one list of constraints what another lacks: what an extra adds to the kit."""

from __future__ import annotations

import re
import sys
from pathlib import Path

_BLOCK = re.compile(r"^([A-Za-z0-9][\w.-]*)==.*?(?=^[A-Za-z0-9]|\Z)", re.S | re.M)


def main() -> None:
    """Rewrite the first list without the libraries of the second."""
    more, base = (Path(name) for name in sys.argv[1:])
    known = {block[1] for block in _BLOCK.finditer(base.read_text("utf-8"))}
    kept = [block[0] for block in _BLOCK.finditer(more.read_text("utf-8")) if block[1] not in known]
    more.write_text("".join(kept), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
