"""The sample units, each as the list of its evidence files."""

from __future__ import annotations

from dataclasses import replace

from sample_maker import city, county, files, registers, tables, typeset
from sample_maker.files import Made
from sample_maker.typeset import HERE, Document

FOLDERS = ("改革", "会议", "培训", "秩序", "管理", "办案", "日常", "平台", "加分")


def _texts(unit: str, found: registers.Registers, region: str) -> list[Document]:
    macros = tables.macros(found, region)
    paths = sorted((HERE / "texts" / unit).glob("*.txt"))
    return [files.filled(doc, macros) for path in paths for doc in typeset.read(path)]


def _ordered(made: list[Made]) -> list[Made]:
    return sorted(made, key=lambda item: (FOLDERS.index(item[0].split("/")[0]), item[0]))


def _city_texts() -> list[Document]:
    return _texts("city", registers.city(), "澜川市")


def city_files() -> list[Made]:
    """Return the evidence of 澜川市 as the office has it in the middle of December."""
    documents = [*(doc for doc in _city_texts() if not doc.overlay), *city.documents()]
    return _ordered(
        [
            *files.of_documents(documents),
            *files.of_photos(city.PHOTOS, city.UNIT),
            *files.of_screens(city.screens()),
            files.word(*city.WORD),
        ]
    )


def settled_files() -> tuple[list[Made], list[Made]]:
    """Return what came in later or was mended, and the whole evidence of the settled sample."""
    late = [doc for doc in _city_texts() if doc.overlay]
    mended = [replace(doc, make="typeset") for doc in _city_texts() if doc.make == "damaged"]
    path, title, issuer, date, paragraphs = city.WORD
    blocks = tuple({"kind": "p", "text": text} for text in paragraphs)
    exported = Document(
        path.replace(".docx", ".pdf"), "typeset", title, date, issuer, "summary", sign=issuer, blocks=blocks
    )
    shot = next(screen for screen in city.screens() if screen.path == "平台/平台办案数据截图.png")
    shot = replace(shot, account="lczd01", query=city.YEAR, time="2017-12-16 09:20", date="2017-12-16")
    new = [
        *files.of_documents([*late, *mended, exported]),
        *files.of_photos(city.SETTLED_PHOTOS, city.UNIT),
        *files.of_screens([shot]),
    ]
    instead = {made[0] for made in new} | {path}
    return _ordered(new), _ordered([*(made for made in city_files() if made[0] not in instead), *new])


def county_files() -> list[Made]:
    """Return the evidence of 霁溪县."""
    ledger = tables.case_ledger("办案/行政处罚案件台账.pdf", registers.county(), county.UNIT)
    return _ordered(
        [
            *files.of_documents([*_texts("county", registers.county(), "霁溪县"), ledger]),
            *files.of_screens(county.screens()),
        ]
    )
