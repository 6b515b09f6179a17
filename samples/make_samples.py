"""Make the sample units' generated files: evidence under 材料/ and the ledger-like records.

Run from a checkout: ``python samples/make_samples.py [name …]``. The same bytes come out every time.
The other records are written by hand; ``sample_maker`` stands in ``tools/``, which no wheel carries.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ("city-2017", "city-2017-settled", "city-2017-workbook", "clerk-2017", "county-2017")


def main(names: list[str]) -> None:
    """Make the samples ``names``, all of them where none is named."""
    sys.path.insert(0, str(ROOT / "tools"))
    from sample_maker import as_workbook, clerk, decisions, files, registers, units

    for name in names or SAMPLES:
        folder = ROOT / "samples" / name
        if name == "city-2017-workbook":
            as_workbook.write("city-2017", folder)
            continue
        if name == "clerk-2017":
            clerk.write(folder)
            continue
        if name == "city-2017-settled":
            files.write(folder, *units.settled_files())
            decisions.refresh(name, folder / "records" / "decisions.yaml")
            continue
        ledgers, made = (
            (registers.city(), units.city_files())
            if name == "city-2017"
            else (registers.county(), units.county_files())
        )
        registers.write(ledgers, folder)
        files.write(folder, made, made)


if __name__ == "__main__":
    main(sys.argv[1:])
