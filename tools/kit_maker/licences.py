"""The licence of everything in a kit: each library's own texts, and one list of all."""

from __future__ import annotations

import shutil
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

_WORDS = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")
_LIST = "许可一览.txt"
_HEAD = "本文件夹里有下列组件，各按自己的许可使用。许可全文在同名的文件夹里。\n\n"


def collect(site: Path, python: Path, target: Path) -> None:
    """Copy the licence texts of CPython and the libraries to ``target``, and list name, version, licence, home."""
    rows = ["CPython　PSF-2.0　https://www.python.org"]
    for text in sorted(path for path in python.rglob("LICENSE*") if path.is_file())[:1]:
        copy = target / "CPython" / "LICENSE.txt"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(text, copy)
    for info in sorted(site.glob("*.dist-info"), key=lambda path: path.name.lower()):
        about = HeaderParser().parsestr((info / "METADATA").read_text(encoding="utf-8"))
        name = f"{about['Name']}-{about['Version']}"
        texts = [path for path in sorted(info.rglob("*")) if path.is_file() and _is_licence(path, info)]
        for text in texts:
            copy = target / name / text.relative_to(info).name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, copy)
        rows.append(f"{name}　{_licence(about)}　{_home(about)}" + ("" if texts else "　（组件没有附许可全文）"))
    target.mkdir(parents=True, exist_ok=True)
    (target / _LIST).write_text(_HEAD + "\n".join(rows) + "\n", encoding="utf-8-sig")


def _is_licence(path: Path, info: Path) -> bool:
    inside = path.relative_to(info)
    return inside.parts[0] == "licenses" or any(word in path.name.upper() for word in _WORDS)


def _licence(about: Message) -> str:
    if about["License-Expression"]:
        return str(about["License-Expression"])
    stated = [its.rsplit(" :: ", 1)[-1] for its in about.get_all("Classifier", []) if its.startswith("License ::")]
    first_line = str(about["License"] or "").strip().splitlines()[:1]
    return "、".join(stated) or (first_line[0][:60] if first_line else "见许可全文")


def _home(about: Message) -> str:
    places = [str(its).partition(",")[2].strip() for its in about.get_all("Project-URL", [])]
    return str(about["Home-page"] or next(iter(places), ""))
