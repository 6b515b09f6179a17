"""What a PDF asks for from outside is cut, and told: no bundle opens a share, an address or another file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from bundles import pdf, surveyed
from kaoping import api
from kaoping.core.model import Verdict
from units import good_unit

EVIL = "evil-share"
UNC = String(f"//{EVIL}/x.pdf")


def _note(opened: Pdf, **keys: Any) -> None:
    note = Dictionary(Type=Name.Annot, Rect=[10, 10, 90, 90], **keys)
    opened.pages[0].obj.Annots = Array([opened.make_indirect(note)])


def _drawn(opened: Pdf, stream: Any) -> None:
    page = opened.pages[0]
    page.obj.Resources = Dictionary(XObject=Dictionary(X=opened.make_indirect(stream)))
    page.contents_add(opened.make_stream(b"q /X Do Q"))


def _form(opened: Pdf, **keys: Any) -> Any:
    stream = opened.make_stream(b"0 0 m 50 50 l S")
    stream.stream_dict = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 99, 99], **keys)
    return stream


def _link(**action: Any) -> Callable[[Pdf], None]:
    return lambda opened: _note(opened, Subtype=Name.Link, A=Dictionary(**action))


LINKS = {
    "another file on a share": _link(S=Name.GoToR, F=UNC, D=[0, Name.Fit]),
    "a file within another": _link(S=Name.GoToE, F=UNC, D=[0, Name.Fit]),
    "a thread of another file": _link(S=Name.Thread, F=UNC, D=0),
    "an address of a file": _link(S=Name.URI, URI=String(f"file://{EVIL}/x")),
    "an address of a share": _link(S=Name.URI, URI=String(rf"\\\\{EVIL}\\x")),
    "an attachment that is an address": lambda opened: _note(
        opened, Subtype=Name.FileAttachment, FS=Dictionary(Type=Name.Filespec, FS=Name.URL, F=String(f"http://{EVIL}/"))
    ),
}
CONTENT = {
    "a page of another file": lambda opened: _drawn(opened, _form(opened, Ref=Dictionary(F=UNC, Page=0))),
    "a better picture elsewhere": lambda opened: _drawn(
        opened, _form(opened, OPI=Dictionary({"/1.3": Dictionary(F=UNC)}))
    ),
    "bytes of another file": lambda opened: _drawn(opened, _form(opened, F=UNC)),
}
MEDIA = {
    "a film": lambda opened: _note(opened, Subtype=Name.Movie, Movie=Dictionary(F=UNC)),
    "a player": lambda opened: _note(
        opened,
        Subtype=Name.RichMedia,
        RichMediaContent=Dictionary(Assets=Dictionary(Names=[String("a"), Dictionary(F=UNC, FS=Name.URL)])),
    ),
}


ALL = {**LINKS, **CONTENT, **MEDIA}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> api.Built:
    """The package of a unit with a file of each kind."""
    unit = good_unit(tmp_path_factory.mktemp("remote") / "县")
    for name, spoil in ALL.items():
        target = pdf(unit / f"材料/{name}.pdf", ["原件"])
        with pikepdf.open(target, allow_overwriting_input=True) as opened:
            spoil(opened)
            opened.save(target)
    return api.build(unit)


@pytest.mark.parametrize("name", ALL)
def test_it_is_told(built: api.Built, name: str) -> None:
    file = built.assessment.dossier.evidence[f"{name}.pdf"]
    assert file.verdict is not Verdict.SLIP_SHEET
    says = "链接" if name in LINKS else "外部文件里的内容" if name in CONTENT else "录音、录像"
    assert says in "".join(file.lost) and file.keep == (name not in LINKS)


def test_nothing_of_it_is_left_in_the_bundle(built: api.Built, tmp_path: Path) -> None:
    with pikepdf.open(next(built.package.rglob("佐证材料汇编*.pdf"))) as bundle:
        bundle.save(tmp_path / "plain.pdf", qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert EVIL.encode() not in (tmp_path / "plain.pdf").read_bytes()
    assert not api.verify(built.package).errors


def test_links_to_web_pages_stay(tmp_path: Path) -> None:
    target = pdf(tmp_path / "a.pdf", ["原件"])
    with pikepdf.open(target, allow_overwriting_input=True) as opened:
        _note(opened, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://example.org/a")))
        opened.save(target)
    file = surveyed(tmp_path)["a.pdf"]
    assert file.verdict is Verdict.READY and not file.lost


@pytest.mark.filterwarnings("ignore::pikepdf.PageCopyWarning")
@pytest.mark.parametrize("name", ["a field", "a field of its parent's", "a free text"])
def test_words_of_which_no_look_is_stored_are_told(tmp_path: Path, name: str) -> None:
    target = pdf(tmp_path / "a.pdf", ["表单"])
    with pikepdf.open(target, allow_overwriting_input=True) as opened:
        parent = opened.make_indirect(Dictionary(FT=Name.Tx, T=String("a"), V=String("填写的值")))
        keys: dict[str, dict[str, Any]] = {
            "a field": {"Subtype": Name.Widget, "FT": Name.Tx, "T": String("b"), "V": String("填写的值")},
            "a field of its parent's": {"Subtype": Name.Widget, "Parent": parent},
            "a free text": {"Subtype": Name.FreeText, "Contents": String("批注"), "DA": String("/Helv 12 Tf")},
        }
        _note(opened, **keys[name])
        opened.save(target)
    assert "没有存下显示的样子" in "".join(surveyed(tmp_path)["a.pdf"].lost)
    with pikepdf.open(target, allow_overwriting_input=True) as opened:
        look = opened.make_stream(b"", Subtype=Name.Form, BBox=[0, 0, 9, 9])
        opened.pages[0].obj.Annots[0].AP = Dictionary(N=look)
        opened.save(target)
    assert "没有存下显示的样子" not in "".join(surveyed(tmp_path)["a.pdf"].lost)
