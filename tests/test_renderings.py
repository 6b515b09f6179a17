"""A document that was rendered before in this process is not rendered again, and never stands for another."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from docx_templates import template
from kaoping.core.model import DRAFT, FINAL
from kaoping.core.remembered import Remembered
from kaoping.documents import renderings
from kaoping.documents.renderings import rendering
from kaoping.documents.word import words

ABOUT: dict[str, Any] = {"form": DRAFT, "dated": date(2017, 12, 18), "title": "报告", "author": "甲市支队"}


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The templates that were rendered."""
    done: list[Path] = []
    render = renderings.render_edited

    def noted(template: Path, *given: Any, **about: Any) -> Any:
        done.append(template)
        return render(template, *given, **about)

    monkeypatch.setattr(renderings, "render_edited", noted)
    monkeypatch.setattr(renderings, "_remembered", Remembered(64))
    return done


def test_the_same_is_rendered_once(tmp_path: Path, rendered: list[Path]) -> None:
    path = template(tmp_path, ["{{ unit.name }}"])
    first, again = (rendering(path, {"unit": {"name": "甲市"}}, (), **ABOUT) for _ in range(2))
    assert first.data == again.data and len(rendered) == 1


@pytest.mark.parametrize(
    ("context", "about"),
    [
        ({"unit": {"name": "乙市"}}, {}),
        ({"unit": {"name": "甲市"}}, {"form": FINAL}),
        ({"unit": {"name": "甲市"}}, {"dated": date(2017, 12, 19)}),
        ({"unit": {"name": "甲市"}}, {"title": "总结"}),
    ],
)
def test_what_differs_in_anything_is_rendered_anew(
    context: dict[str, Any], about: dict[str, Any], tmp_path: Path, rendered: list[Path]
) -> None:
    path = template(tmp_path, ["{{ unit.name }}"])
    rendering(path, {"unit": {"name": "甲市"}}, (), **ABOUT)
    other = rendering(path, context, (), **ABOUT | about)
    assert len(rendered) == 2 and context["unit"]["name"] in words(other.data)


def test_a_template_that_was_changed_is_rendered_anew(tmp_path: Path, rendered: list[Path]) -> None:
    path = template(tmp_path, ["{{ unit.name }}"])
    rendering(path, {"unit": {"name": "甲市"}}, (), **ABOUT)
    path.unlink()
    path = template(tmp_path, ["{{ unit.name }}好"])
    assert "甲市好" in words(rendering(path, {"unit": {"name": "甲市"}}, (), **ABOUT).data)


def test_no_more_are_remembered_than_have_their_place(
    tmp_path: Path, rendered: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renderings, "_remembered", Remembered(1))
    path = template(tmp_path, ["{{ unit.name }}"])
    for name in ("甲市", "乙市", "甲市"):
        rendering(path, {"unit": {"name": name}}, (), **ABOUT)
    assert len(rendered) == 3
