"""The sample units, each as the list of its evidence files."""

from __future__ import annotations

from sample_maker import city, files, registers, tables, typeset
from sample_maker.files import Made
from sample_maker.typeset import HERE, Document

FOLDERS = ("改革", "会议", "培训", "秩序", "管理", "办案", "日常", "平台", "加分")


def _texts(unit: str) -> list[Document]:
    return [doc for path in sorted((HERE / "texts" / unit).glob("*.txt")) for doc in typeset.read(path)]


def _ordered(made: list[Made]) -> list[Made]:
    return sorted(made, key=lambda item: (FOLDERS.index(item[0].split("/")[0]), item[0]))


def city_files(settled: bool = False) -> list[Made]:
    """Return the evidence of 澜川市; with ``settled`` the few files that came in later."""
    macros = tables.macros(registers.city(), "澜川市")
    texts = [files.filled(doc, macros) for doc in _texts("city")]
    if settled:
        late = [doc for doc in texts if doc.overlay]
        return _ordered([*files.of_documents(late), *files.of_photos(city.SETTLED_PHOTOS, city.UNIT)])
    documents = [*(doc for doc in texts if not doc.overlay), *city.documents()]
    return _ordered([
        *files.of_documents(documents), *files.of_photos(city.PHOTOS, city.UNIT), *files.of_screens(city.screens()),
        files.word(*city.WORD),
    ])  # fmt: skip
