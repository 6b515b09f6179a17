"""An old Word file (.doc, .rtf) is read through LibreOffice; without one it is told what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kaoping import api
from kaoping.core.errors import KaopingError
from kaoping.evidence.convert import _libreoffice

ROWS = [["内容", "分值", "标准"], ["1.会议", "5", "每少一次扣1分。"], ["2.培训", "3", "每少一次扣1分。"]]


def _rtf(rows: list[list[str]]) -> bytes:
    """A table in RTF, characters by their numbers."""

    def words(text: str) -> str:
        return "".join(f"\\u{ord(char)}?" if ord(char) > 127 else char for char in text)

    edges = "".join(f"\\cellx{3000 * at}" for at in range(1, len(rows[0]) + 1))
    body = "".join(
        f"\\trowd{edges}" + "".join(f"\\intbl {words(cell)}\\cell" for cell in row) + "\\row" for row in rows
    )
    return f"{{\\rtf1\\ansi\\deff0 {words('2024年考核细则')}\\par {body}\\pard\\par}}".encode()


def test_without_libreoffice_it_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_libreoffice, "find", lambda: None)
    (tmp_path / "细则.doc").write_bytes(_rtf(ROWS))
    with pytest.raises(KaopingError) as refused:
        api.read_rubric(tmp_path / "细则.doc")
    (finding,) = refused.value.findings
    assert finding.code == "codification.unreadable"
    assert "LibreOffice" in finding.problem and "另存为 .docx" in finding.mend


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="没有安装 LibreOffice（soffice）")
def test_an_old_word_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "细则.doc").write_bytes(_rtf(ROWS))
    draft = api.read_rubric(tmp_path / "细则.doc").draft
    assert draft.year == 2024
    assert [(line.content, line.of, line.standard) for line in draft.lines] == [
        ("1.会议", 5, "每少一次扣1分。"),
        ("2.培训", 3, "每少一次扣1分。"),
    ]
