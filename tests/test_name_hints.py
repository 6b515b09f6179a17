"""A file's name is a weak hint of what it is: its last word says it, not what it is about."""

from __future__ import annotations

import pytest

from kaoping.evidence.recognition.paper_reading import _by_name, stock


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("省厅暗访情况通报.pdf", "bulletin"),
        ("案卷抽查情况通报.pdf", "bulletin"),
        ("网吧暗访记录表.pdf", "check_record"),
        ("随机抽查事项清单.pdf", ""),
        ("接纳未成年人案卷.pdf", "case_file"),
    ],
)
def test_a_name_says_by_its_last_word_what_a_file_is(name: str, type_: str) -> None:
    hint = _by_name(name, stock().names)
    assert (hint[0] if hint else "") == type_
