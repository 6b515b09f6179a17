"""The guide for authors of packs: its examples are packs that work, and it leaves nothing out."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from kaoping import api
from kaoping.core import packs, seam
from kaoping.core.engine import KINDS as ENGINE
from kaoping.core.packs.description import DROPPED, Description
from kaoping.rubric.load import NOTICE_KEYS, load

GUIDE = (Path(__file__).parents[1] / "docs" / "packs.md").read_text("utf-8")
#: A file of an example: its path stands above the block.
EXAMPLE = re.compile(r"^`([\w.-]+/[^`]+)`：\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of packs that the page's examples make up, their templates built."""
    folder = tmp_path_factory.mktemp("guide") / packs.FOLDER
    for name, text in EXAMPLE.findall(GUIDE):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    api.build_templates([path.parent for path in folder.glob("*/templates/*.txt")])
    return folder


def test_every_block_of_yaml_belongs_to_an_example() -> None:
    assert GUIDE.count("```yaml") == len([name for name, _ in EXAMPLE.findall(GUIDE) if name.endswith(".yaml")]) > 10


@pytest.mark.parametrize("name", ["green-2019", "green-2020"])
def test_an_example_is_a_pack_without_fault(name: str, examples: Path) -> None:
    assert list(api.check_pack(str(examples / name))) == []


def test_a_unit_lives_by_the_examples(examples: Path) -> None:
    unit = examples.parent / "某单位"
    for name in ("green-2019", "green-2020"):
        (written, *_) = api.init(unit / name, str(examples / name))
        assert written.is_file()
    its = load(packs.at(examples / "green-2020"))
    assert [line.id for line in its.lines] == ["1", "1+"] and its.notice.due_titles == {
        "self-assessment": "报送自评材料"
    }
    assert [field.name for field in its.pack.kinds["patrol"].fields][2:4] == ["date", "weather"]


def test_every_entry_and_file_is_explained() -> None:
    entries = [*(entry.name for entry in fields(Description)), *DROPPED.split(), *NOTICE_KEYS]
    assert [name for name in entries if f"`{name}" not in GUIDE and f" {name}" not in GUIDE] == []
    wings = [id_ for id_, wing in seam.wings().items() if wing.kinds]
    kinds = [kind for id_ in wings for kind in seam.wings()[id_].kinds]
    assert [name for name in (*wings, *kinds) if name not in GUIDE] == []
    titles = [packs.named("").kinds[name].title for name in ENGINE]
    assert [title for title in titles if title not in GUIDE] == []


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", GUIDE):
        assert (Path(__file__).parents[1] / "docs" / target).is_file(), target
    contributing = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text("utf-8")
    for anchor in re.findall(r"CONTRIBUTING\.md#([^)]+)\)", GUIDE):
        assert f"\n## {anchor}\n" in contributing
