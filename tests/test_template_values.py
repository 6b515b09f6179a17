"""Whatever a value holds, it comes out of a template letter by letter, as text; what XML can't hold is left out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from docx_templates import header, table, template, text_box
from examples import examples
from kaoping.core.figures import Figure, Missing
from kaoping.core.model import DRAFT, FINAL
from kaoping.documents.word import render

DAY = date(2017, 12, 22)
HOSTILE = [
    "<", ">", "&", "&amp;", "&#x4e00;", "<w:p>", "</w:t>", "]]>", "<![CDATA[", "{{ x }}", "{{", "}}",
    "{% for a in b %}",
    "{% endfor %}", "{%", "%}", "{#", "#}", "{_{", "}_}", "{_%", "%_}", "${}", "\\n", "\\", "%s", "{0}", "'", '"', "“”",
    "\n", "\r\n", "\t", "\v", "\f", "\a", "\x00", "\x1b", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe", "\ue863",
    "\U000f0000", "\U0010f000", "\U0010f0010\U0010f001", "\U0010ffff", "😀", "👩‍👩‍👧", "\u0301", "e\u0301", "\u202e",
    "\u3000", " ", "  ", "龘𠮷", "【待补：】", "None",
]  # fmt: skip
VALUES = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), min_size=1, max_size=8).map("".join)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A template with the value wherever one may stand: as text, as a figure, and in what surrounds the body."""
    parts = [
        "始{{ v }}终",
        "始{{ f }}终",
        table(["始{{ v }}终", "始{{ f }}终"]),
        header("始{{ v }}终"),
        text_box("始{{ v }}终"),
    ]
    return template(tmp_path_factory.mktemp("values"), parts)


def held(value: str) -> str:
    """What of a value a Word file can hold (XML 1.0, 2.2 Char), its line breaks as Word's own; our marks left out."""
    value = re.sub("\r\n|[\r\v\u2028]", "\n", value)
    return "".join(
        char
        for char in value
        if char in "\t\n"
        or "\x20" <= char <= "\ud7ff"
        or "\ue000" <= char <= "\ufffd"
        or "\U00010000" <= char < "\U0010f000"
    )


def _texts(document: Any) -> Iterator[str]:
    yield from (paragraph.text for paragraph in document.paragraphs[:2])
    yield from (cell.text for cell in document.tables[0].rows[0].cells)
    yield document.sections[0].header.paragraphs[0].text
    box = next(document.element.body.iter("{*}txbxContent"))
    yield "".join(
        {"t": node.text or "", "br": "\n", "tab": "\t"}.get(str(node.tag).rpartition("}")[2], "") for node in box.iter()
    )


@given(VALUES)
@example("字<&{{" * 2500)
@example("\n" * 300)
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_value_comes_out_letter_by_letter(form: Path, value: str) -> None:
    context = {"v": value, "f": Figure(value, value)}
    data = render(form, context, form=DRAFT, dated=DAY)
    document = docx.Document(io.BytesIO(data))
    assert list(_texts(document)) == [f"始{held(value)}终"] * 6
    notes = [comment.text for comment in document.comments]
    assert notes == [held(value)] * 2 if held(value) else notes == []


@given(VALUES)
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_missing_is_named_letter_by_letter(form: Path, value: str) -> None:
    document = docx.Document(io.BytesIO(render(form, {"v": "", "f": Missing(value, value)}, form=DRAFT, dated=DAY)))
    assert document.paragraphs[1].text == f"始【待补：{held(value)}】终"


@pytest.mark.parametrize("kind", [DRAFT, FINAL])
def test_ten_thousand_characters_are_all_there(form: Path, kind: str) -> None:
    value = "".join(chr(0x4E00 + index % 20000) for index in range(10_000))
    data = render(form, {"v": value, "f": Figure(value, value)}, form=kind, dated=DAY)
    document = docx.Document(io.BytesIO(data))
    assert list(_texts(document)) == [f"始{value}终"] * 6
    assert [comment.text for comment in document.comments] == ([value] * 2 if kind == DRAFT else [])
