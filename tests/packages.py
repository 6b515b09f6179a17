"""A small package made by hand, real files in it: what the tests of package and verify tamper with."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

from kaoping.core import fs
from kaoping.core.findings import Findings
from kaoping.package.bag import BagInfo
from kaoping.package.manifest import Output
from kaoping.package.staging import staging

INFO = BagInfo("某市文化市场综合执法支队", "某某市2017年度自评送审稿")

OLD = {"自评表.txt": b"old", "附件/一.txt": b"one"}
NEW = {"自评表.txt": b"new", "附件/二.txt": b"two", "汇编.txt": b"pages"}
OPERATIONS = ("mkdir", "write_bytes", "save", "copy", "settle", "sha256", "rename", "replace", "unlink", "rmdir")
READING = ("settle", "sha256")  # what they leave on the disk is what they found there


def _is_kept(path: object) -> bool:
    """Whether a file operation is the store's: what it keeps, and when, is no step of a package."""
    return Path(str(path)).is_relative_to(os.environ["KAOPING_CACHE"])


class Saboteur:
    """Counts the calls into :mod:`kaoping.core.fs` and makes number ``at`` fail or die, before or after its work."""

    def __init__(self, at: int, strike: Callable[[str], None], after: bool = False) -> None:
        self.at, self.strike, self.after, self.hit = at, strike, after, ""
        self.names: list[str] = []

    @property
    def calls(self) -> int:
        return len(self.names)

    def install(self, put: Callable[[str, Any], None]) -> None:
        for name in OPERATIONS:
            put(name, self._wrap(name, getattr(fs, name)))

    def _wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            if _is_kept(args[0]):
                return real(*args, **options)
            self.names.append(name)
            mine = self.calls == self.at
            if mine and not self.after:
                self.hit = name
                self.strike(str(args[0]))
            result = real(*args, **options)
            if mine and self.after:
                self.hit = name
                self.strike(str(args[0]))
            return result

        return call


class Watcher(Saboteur):
    """Calls ``look`` before each of the operations; not again where those since the last look only read."""

    def __init__(self, look: Callable[[], Any]) -> None:
        super().__init__(-1, lambda _: None)
        self.look = look
        self.one_at_a_time = Lock()  # `verify` reads in threads

    def _wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        counted = super()._wrap(name, real)

        def call(*args: Any, **options: Any) -> Any:
            if _is_kept(args[0]):
                return counted(*args, **options)
            with self.one_at_a_time:
                if not self.names or self.names[-1] not in READING:
                    self.look()
            return counted(*args, **options)

        return call


def plain_document(form: str = "送审稿") -> dict[str, Any]:
    return {
        "schema": "kaoping.package/1",
        "form": form,
        "tool": {"name": "kaoping", "version": "0.1.0"},
        "rubric": {"id": "sample", "title": "年度考评细则", "sha256": "0" * 64},
        "templates": {},
        "unit": "某某市",
        "level": "设区市",
        "year": 2017,
        "dated": None,
        "totals": {name: {"points": "0"} for name in ("base", "bonus", "deduction", "total")},
        "lines": [],
        "pieces": [],
    }


def build_plain(
    target: Path, payload: dict[str, bytes], info: BagInfo = INFO, document: dict[str, Any] | None = None
) -> Findings:
    """Build a package of plain files for ``target``; returns what became of the one that stood there."""
    with staging(target) as stage:
        for name, content in payload.items():
            stage.write(name, content)
        outputs = [Output(name, "other", f"文件{index}", open_first=index == 0) for index, name in enumerate(payload)]
        stage.finish(info, document or plain_document(), outputs)
    return stage.findings


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below ``folder`` with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def listing(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))  # noqa: PTH208 - names only
