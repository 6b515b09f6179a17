"""Make the sample units' generated files: evidence under 材料/ and the ledger-like records.

Run from a checkout: ``python samples/make_samples.py [name …]``. The same bytes come out every time.
The other records are written by hand; ``sample_maker`` stands in ``tools/``, which no wheel carries.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(names: list[str]) -> None:
    """Make the samples ``names``, all of them where none is named."""
    sys.path.insert(0, str(ROOT / "tools"))
    from sample_maker import files, registers, units

    if not names or "city-2017" in names:
        folder = ROOT / "samples" / "city-2017"
        registers.write(registers.city(), folder)
        files.write(folder, units.city_files(), "佐证材料登记")


if __name__ == "__main__":
    main(sys.argv[1:])
