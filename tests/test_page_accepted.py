"""What the unit accepted is not asked for again: not in 总览, not in the count of what is to be done."""

from __future__ import annotations

import re
from pathlib import Path

from kaoping import api
from pages import opened
from units import small_unit

_WORDS = {"reason": "原件在档案馆", "who": "局长", "when": "2017-12-18"}


def test_a_line_accepted_without_evidence_is_no_next_step_any_more(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    (unit / "records" / "evidence.yaml").write_text("- {path: 会议/会议纪要.pdf, type: 案卷}\n", "utf-8")
    (unit / "材料" / "会议" / "发言提纲.txt").unlink()
    bare = next(its.line for its in api.assess(unit).gaps if its.kind == "unsupported")
    with opened(unit) as browser:
        before = browser.ask("/").text
        api.accept(unit, "没有佐证", bare, **_WORDS)
        after = browser.ask("/").text
    asked = f'<h3><a href="/lines/{bare}">'
    assert asked in before and asked not in after
    assert "处已认可照样报送" in after and "处已认可照样报送" not in before
    counts = [int(re.search(r"(\d+) 项要办", text)[1]) for text in (before, after)]  # type: ignore[index]
    assert counts[0] == counts[1] + 1
