"""Pages as pictures: what goes into the bundle, drawn by a worker, and drawn once."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from bundles import pdf, surveyed
from kaoping.evidence import workers
from kaoping.evidence.previews import Previews
from kaoping.evidence.store import open_store
from kaoping.pipeline.session import Session
from units import small_unit


def _opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


def test_a_page_is_drawn_as_it_is_seen_and_says_how_large_it_is(tmp_path: Path) -> None:
    pdf(tmp_path / "材料" / "a.pdf", ["one", "two"], Rotate=90)
    with open_store() as store:
        previews = Previews(store)
        file = surveyed(tmp_path / "材料")["a.pdf"]
        picture = previews.page(file, 2, 421)
        assert picture is not None and (picture.width, picture.height) == (297, 210)
        assert _opened(picture.jpeg).size == (421, 298) and _opened(picture.jpeg).format == "JPEG"
        assert previews.page(file, 1, 421) != picture
        assert previews.page(file, 3, 421) is None and previews.page(file, 0, 421) is None
        wide = previews.page(file, 1, 1_000_000)
        assert wide is not None and _opened(wide.jpeg).width == 2400
        previews.close()


def test_a_slip_sheet_has_no_page_and_a_page_that_can_not_be_drawn_none_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf(tmp_path / "a.pdf", ["one"])
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4 no more")
    files = surveyed(tmp_path)
    with open_store() as store:
        previews = Previews(store)
        assert previews.page(files["b.pdf"], 1, 100) is None
        monkeypatch.setattr(workers.Worker, "do", lambda *_: workers.Outcome(failure="crash"))
        assert previews.page(files["a.pdf"], 1, 100) is None
        monkeypatch.undo()
        assert previews.page(files["a.pdf"], 1, 100) is not None  # what failed is not kept
        previews.close()


def test_the_server_draws_nothing_itself_and_what_was_drawn_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = small_unit(tmp_path / "单位")
    monkeypatch.setattr(pypdfium2, "PdfDocument", None)
    drawn: list[str] = []
    do = workers.Worker.do
    monkeypatch.setattr(workers.Worker, "do", lambda self, job: (drawn.append(job.function), do(self, job))[1])
    for _ in range(2):
        with Session(unit) as session:
            photo = session.assess().dossier.evidence["培训/现场照片.jpg"]
            drawn.clear()
            first, again = (session.page_picture(photo, 1, 160) for _ in range(2))
            assert first is not None and first == again
    assert drawn == []  # the second session asked for nothing to be drawn


def test_other_content_is_another_picture(tmp_path: Path) -> None:
    with open_store() as store:
        previews = Previews(store)
        pictures = []
        for text in ("one", "two"):
            file = surveyed(pdf(tmp_path / text / "a.pdf", [text]).parent)["a.pdf"]
            pictures.append(previews.page(file, 1, 200))
        previews.close()
    assert pictures[0] != pictures[1]


def test_a_picture_of_a_huge_page_has_a_limit(tmp_path: Path) -> None:
    pdf(tmp_path / "a.pdf", ["one"], MediaBox=pikepdf.Array([0, 0, 600, 14_000]))
    with open_store() as store:
        previews = Previews(store)
        picture = previews.page(surveyed(tmp_path)["a.pdf"], 1, 2400)
        previews.close()
    assert picture is not None and _opened(picture.jpeg).width * _opened(picture.jpeg).height <= 20_100_000
