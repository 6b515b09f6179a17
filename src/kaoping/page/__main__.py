"""`python -m kaoping.page FOLDER`: the page of a unit, while it is being built; `kaoping serve` will take its place."""

from __future__ import annotations

import sys
from pathlib import Path

from kaoping.page import serve

if __name__ == "__main__":
    serve(Path(sys.argv[1]), on_ready=lambda address: print(address, flush=True))  # noqa: T201
