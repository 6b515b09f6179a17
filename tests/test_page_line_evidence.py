"""佐证 at a line: what lacks of a piece is said there, and no record is proposed that the line does not use."""

from __future__ import annotations

import re
from pathlib import Path

from pages import opened
from units import small_unit

_CHECK = "- {id: C01, area: 队伍纪律, date: 2017-12-01, by: 市纪委, found: 否}\n"


def test_a_screenshot_without_what_it_must_state_says_so_at_its_line(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    with opened(unit) as browser:
        assert "缺登记" not in browser.ask("/lines/10").text
    entry = "- {path: 培训/现场照片.jpg, type: 平台数据截图, account: '', query: '', captured: ''}\n"
    (unit / "records" / "evidence.yaml").write_text(entry, "utf-8")
    with opened(unit) as browser:
        text = browser.ask("/lines/10").text
    assert "缺登记" in text and re.search("但没有登记[^。]*账号[^。]*截取时间", text)
    assert re.search('aria-label="去补：[^"]+"', text)


def test_where_a_line_uses_none_of_its_records_none_is_proposed_for_a_file(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    (unit / "records" / "spot_checks.yaml").write_text(_CHECK, "utf-8")
    with opened(unit) as browser:
        used, unused = browser.ask("/lines/10").text, browser.ask("/lines/17").text
        box = unused[unused.index('id="hang-on"') :]
        assert " required" in box[:120] and box.index("（请选一条）") < box.index("C01")
        assert "队伍纪律（没有计入这一项）" in box and "缺的记录先填好" in box
        assert "（请选一条）" not in used
        head = re.search(r'<th scope="col">名称</th>.*?C01</a>.*?<td>队伍纪律</td>', unused, re.DOTALL)
        assert head is not None, "a record is called as its kind says"
