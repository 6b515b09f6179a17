"""The engine that comes with the extra: markings on scanned pages stop, pages that only speak of secrets do not.

What is read on a page is known: the pages are drawn, then spoiled as an office's scanner does (`bench/marked_pages`).
"""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import fmean

import pikepdf
import pypdfium2
import pytest
from bench import marked_pages, text_layer
from bench.papers.__main__ import made
from bench.papers.typesetting import typeset
from bench.spoiling import drawn
from PIL import Image, ImageChops, ImageDraw, ImageFont

from kaoping.core import resources
from kaoping.evidence.convert._pictures import to_pdf
from kaoping.evidence.reading._page_reader import read_page
from kaoping.evidence.reading._scanned import PageRead, _page_read, what_pages_say
from kaoping.evidence.reading._text_layer import write_words
from kaoping.evidence.reading.ocr_engine import SWITCH, engine
from kaoping.evidence.recognition._lines_seen import lines_seen
from kaoping.evidence.recognition.paper_reading import read_paper
from kaoping.evidence.words import STOCK
from kaoping.pdf.written import written_lines

SEED = 7


@pytest.fixture(autouse=True)
def _there(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the engine be there, and nothing else: no network is asked for anything."""
    monkeypatch.delenv(SWITCH)
    if engine() is None:
        pytest.skip("没有装 kaoping[ocr]，没有真的识别")

    def refuse(*_: object) -> None:
        raise AssertionError("somebody wants something of a network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    yield


def _read(path: Path, page: int = 1) -> PageRead:
    its = engine()
    assert its is not None
    return _page_read(page, read_page(str(path), page, its.reader))


def _level(page: Image.Image, name: str, folder: Path) -> tuple[str, tuple[str, ...]]:
    path = folder / f"{name}.pdf"
    path.write_bytes(marked_pages._scan(page, Random(f"scan {name}")))
    says = what_pages_say({1: _read(path)}, STOCK)
    return says.secret, says.doubts


def _head(page: Image.Image) -> Image.Image:
    """Return the upper part of a page, where its marking stands: a small page costs a third."""
    return page.crop((0, 0, page.width, 640))


@pytest.mark.slow
def test_markings_on_scans_stop_and_pages_that_speak_of_secrets_do_not(tmp_path: Path) -> None:
    marked = [(number, *marked_pages.marked_page(number, SEED)) for number in range(48) if number % 12 < 4][:10]
    missed = [how for number, page, level, how in marked if _level(_head(page), f"m{number}", tmp_path)[0] != level]
    assert missed == []
    clear = [marked_pages.clear_page(number, SEED) for number in range(3, 203, 10)]
    stopped = [text for at, (page, text) in enumerate(clear) if _level(page, f"c{at}", tmp_path)[0]]
    assert len(clear) == 20 and stopped == []


@pytest.mark.long
def test_two_hundred_markings_and_a_thousand_innocent_pages(tmp_path: Path) -> None:
    missed, stopped = [], []
    for number in range(marked_pages.MARKED):
        page, level, how = marked_pages.marked_page(number, SEED)
        if _level(page, f"m{number}", tmp_path)[0] != level:
            missed.append(how)
    for number in range(marked_pages.CLEAR):
        page, text = marked_pages.clear_page(number, SEED)
        stopped += [text] if _level(page, f"c{number}", tmp_path)[0] else []
    assert (missed, stopped) == ([], [])


@pytest.mark.slow
def test_a_search_finds_the_words_of_degraded_papers_and_tables_where_they_stand(tmp_path: Path) -> None:
    measured = [text_layer.measured(sheet, tmp_path) for sheet in text_layer.sheets(2, SEED, share=0.4)]
    assert sum(its.right for its in measured) >= 0.99 * sum(its.characters for its in measured) > 100
    assert fmean(overlap for its in measured for overlap in its.lines) >= 0.7
    assert not any(its.changed for its in measured)


LINES = ["会议纪要", "时间：2017年5月16日", "地点：三楼会议室", "主持人：林晓岚", "议题：网吧暑期专项检查"]


def _page(turned: int = 0) -> Image.Image:
    font = ImageFont.truetype(str(resources.fonts() / "NotoSerifSC-Regular.otf"), 44)
    page = Image.new("RGB", (1100, 700), "white")
    for at, text in enumerate(LINES):
        ImageDraw.Draw(page).text((90, 60 + at * 110), text, font=font, fill=(30, 30, 30))
    return page.rotate(turned, expand=True)


@pytest.mark.slow
def test_a_scanned_paper_says_its_title_number_issuer_and_day(tmp_path: Path) -> None:
    """The engine's own lines, of a page that lay 2° askew on the glass."""
    its = made(0, 17)[1]
    paper = replace(its, data={**its.data, "paragraphs": its.data["paragraphs"][:1]})  # a short one is read soon
    picture = next(drawn(typeset(paper.layout, paper.data), 120, most=1))
    picture = picture.crop((0, 0, picture.width, picture.height * 3 // 4))
    picture.rotate(2, fillcolor="white").save(tmp_path / "a.png", dpi=(120, 120))
    to_pdf(tmp_path / "a.png", tmp_path / "a.pdf")
    read = read_paper(lines_seen([], {1: _read(tmp_path / "a.pdf")}))
    truth = paper.truth
    assert (read.says("title"), read.says("doc_no"), read.says("issuer"), read.says("date")) == (
        truth.title, truth.doc_no, "、".join(truth.issuer), truth.date,
    )  # fmt: skip


def _overlap(box: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the intersection over the union of two boxes."""
    wide, high = min(box[2], other[2]) - max(box[0], other[0]), min(box[3], other[3]) - max(box[1], other[1])
    inner = max(wide, 0) * max(high, 0)
    areas = [(its[2] - its[0]) * (its[3] - its[1]) for its in (box, other)]
    return inner / (sum(areas) - inner)


@pytest.mark.slow
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_words_lie_where_they_are_seen_and_nothing_looks_other(tmp_path: Path, turned: int) -> None:
    _page(turned).save(tmp_path / "a.png")
    to_pdf(tmp_path / "a.png", tmp_path / "a.pdf")
    read = _read(tmp_path / "a.pdf")
    assert (read.turn, [line.text for line in read.lines]) == (turned, LINES)
    lines = [[line.text, *its] for line, *its in zip(read.lines, read.corners, read.marks, read.ink, strict=True)]
    copies = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        verdict = write_words(str(tmp_path / "a.pdf"), str(tmp_path / name), [[1, lines]], False, {})
        assert verdict is not None and (verdict["pages"], verdict["lost"]) == (1, ())
        copies.append((tmp_path / name / "pages.pdf").read_bytes())
    assert copies[0] == copies[1]
    there = {line.text: line.box for line in written_lines(tmp_path / "one" / "pages.pdf")}
    for line in read.lines:
        assert _overlap(there[line.text], line.box) > 0.7
    pictures = []
    for data in ((tmp_path / "a.pdf").read_bytes(), copies[0]):
        document = pypdfium2.PdfDocument(io.BytesIO(data))
        pictures.append(document[0].render(scale=2).to_pil().copy())
        document.close()
    assert ImageChops.difference(*pictures).getbbox() is None
    with pikepdf.open(tmp_path / "a.pdf") as before, pikepdf.open(io.BytesIO(copies[0])) as after:
        images = [next(iter(pdf.pages[0].images.values())).read_raw_bytes() for pdf in (before, after)]
    assert images[0] == images[1]
