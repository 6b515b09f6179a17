"""Any file dropped in: its form checked or mended, a bundle looked through; nothing is kept."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import docx
import pytest

from kaoping import api
from packages import tree
from pages import Answer, Browser, opened
from units import small_unit

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with opened(small_unit(tmp_path_factory.mktemp("tools") / "甲市")) as browser:
        yield browser


def sent(browser: Browser, name: str, data: bytes, **fields: str) -> Answer:
    """Send a file as the page's form does."""
    parts = [f'--X\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()]
    head = f'--X\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + data + b"\r\n--X--\r\n"
    address = f"/build/tools?csrf={browser.keys.csrf}"
    return browser.ask(address, "POST", body, Content_Type="multipart/form-data; boundary=X", X_CSRF_Token=None)


def paper() -> bytes:
    document = docx.Document()
    for text in (
        "关于开展文化市场检查的通知", "各科室：", "一、总体要求", f"现将有关事项通知如下，请认真抓好落实{SCRIPT}。",
        "甲市文化市场综合执法支队", "2017年5月3日",
    ):  # fmt: skip
        document.add_paragraph(text)
    document.save(stream := io.BytesIO())
    return stream.getvalue()


def test_a_word_file_is_checked_as_the_command_does(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "通知.docx").write_bytes(paper())
    findings = api.check_paper(tmp_path / "通知.docx", "通知.docx").sorted()
    before = tree(browser.unit.folder)
    answer = sent(browser, "通知.docx", paper())
    assert findings and f"{len(findings)} 条" in answer.text
    assert answer.text.count('<article class="finding') == len(findings)
    assert SCRIPT not in answer.text and tree(browser.unit.folder) == before, "nothing is kept"


def test_a_copy_is_mended_and_downloaded_and_nothing_is_kept(browser: Browser) -> None:
    before = tree(browser.unit.folder)
    answer = sent(browser, "通知.docx", paper(), fix="1", text="1")
    address = re.search(r'href="(/build/tools/copy/[^"]+)"', answer.text)
    assert address is not None
    copy = browser.ask(address[1])
    sent_as = copy.headers["content-disposition"]
    assert sent_as.startswith("attachment") and quote("（已改格式）") in sent_as
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(copy.body)).paragraphs]
    assert any("总体要求" in text for text in texts) and tree(browser.unit.folder) == before
    sent(browser, "通知.docx", paper())
    assert browser.ask(address[1]).status == 404


@pytest.mark.parametrize("name", ["x.docx", "x.pdf", "x.exe", "../../x.docx", "a" * 300 + ".docx", ".docx", "x"])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.4 broken", b"\0" * 1000])
def test_whatever_comes_is_said_and_never_an_error(browser: Browser, name: str, data: bytes) -> None:
    before = tree(browser.unit.folder)
    answer = sent(browser, name, data, fix="1")
    assert answer.status in (200, 422) and tree(browser.unit.folder) == before


def test_a_bundle_is_looked_through(browser: Browser, tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "乙市")
    bundle = next((api.build(unit).package / "data").glob("*.pdf"))
    answer = sent(browser, bundle.name, bundle.read_bytes())
    assert answer.status == 200 and f">{bundle.name}</h2>" in answer.text
