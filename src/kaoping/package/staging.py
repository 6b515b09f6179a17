"""A package (成果): a BagIt bag that replaces the last one whole or not at all.

It is built beside its place, in ``.送审稿.新``; the old one is moved aside to ``.送审稿.旧``, the new one in; then the
old one goes. Whatever a kill leaves behind, :func:`recover` knows from the names alone:

====================  =====================================================================================
``.送审稿.新``        never complete for sure: removed
``.送审稿.旧``        always complete: put back where no 送审稿 stands, else it has been replaced and retires: one that
                      somebody worked in, and a 报送稿 that others hold in their hands, under a name of its own
``.送审稿.删``        always on its way out: removed
====================  =====================================================================================

No clock, no machine path and no earlier build enters a package.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kaoping.core import file_names, fs, lock
from kaoping.core.delivery import PATH_LIMIT, delivering, place_of, refusal, refuse, shown
from kaoping.core.file_names import is_left_behind
from kaoping.core.findings import Findings
from kaoping.core.model import FINAL
from kaoping.package import bag, manifest, shape
from kaoping.package.bag import BagInfo
from kaoping.package.manifest import Output

GUIDE = "打开说明.txt"
_NEW, _OLD, _GONE, _LOCK = "新", "旧", "删", "锁"
_UNDATED = "未注日期"


class Stage:
    """A package while it is being built. Write the payload below ``data``, then :meth:`finish`."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.root = _beside(target, _NEW)
        self.data = self.root / bag.PAYLOAD
        self.findings = Findings()  # notes about the swap, filled when the ``with`` block ends
        self.finished = False
        self._spelled: dict[str, str] = {}  # the files and folders given out so far

    def path(self, name: str) -> Path:
        """Return where to write the payload file ``name`` (relative to data/, with ``/``), its folder made.

        Raises DeliveryError for a name that other computers can't hold, or that is another file's there; OSError where
        the folder can't be made.
        """
        findings = Findings()
        self._judge_name(f"{bag.PAYLOAD}/{name}", findings)
        # On the disk of such a computer, ours maybe, there would be but one of two.
        self._judge_clashes([f"{bag.PAYLOAD}/{name}"], self._spelled, findings)
        refuse(findings)
        path = self.data.joinpath(*name.split("/"))
        fs.mkdir(path.parent)
        return path

    def write(self, name: str, content: bytes) -> None:
        """Write the payload file ``name``. Raises as :meth:`path` does."""
        fs.write_bytes(self.path(name), content)

    def copy(self, source: Path, name: str) -> None:
        """Copy ``source`` in as the payload file ``name``. Raises as :meth:`path` does."""
        fs.copy(source, self.path(name))

    def finish(self, info: BagInfo, document: Mapping[str, Any], outputs: Sequence[Output] = ()) -> None:
        """Close the payload: write the tag files around it. After this nothing may change.

        ``document`` is :func:`kaoping.package.manifest.manifest`, or any mapping with its keys; ``outputs`` say what
        each payload file is. Raises DeliveryError for names that other computers can't hold, OSError as the disk gives
        it, ValueError where ``outputs`` names a file that is not there or the payload is empty.
        """
        payload = [f"{bag.PAYLOAD}/{path}" for path in bag.files(self.data)]
        self._judge(payload)
        known = {f"{bag.PAYLOAD}/{output.path}": output for output in outputs}
        if not payload or (absent := known.keys() - set(payload)):
            raise ValueError(f"nothing to pack: {sorted(absent) if payload else 'the payload is empty'}")
        sizes: dict[str, int] = {}
        digests: dict[str, str] = {}
        for path in payload:
            written = known[path].sha256 if path in known else ""
            sizes[path], digests[path] = fs.settle(self.root / path, written)
        rows = [manifest.file_entry(path, sizes[path], digests[path], known.get(path)) for path in payload]
        whole = {**document, "files": rows}
        tags = {
            bag.DECLARATION: bag.declaration_bytes(),
            bag.INFO: bag.info_bytes(info, sum(sizes.values()), len(sizes)),
            bag.MANIFEST: bag.manifest_bytes(digests),
            manifest.FILE_NAME: manifest.to_bytes(whole),
            GUIDE: manifest.guide(whole, [path for path, output in known.items() if output.open_first]),
        }
        for name, content in tags.items():
            fs.write_bytes(self.root / name, content)
        tag_digests = {name: fs.sha256(self.root / name) for name in tags}
        fs.write_bytes(self.root / bag.TAG_MANIFEST, bag.manifest_bytes(tag_digests))
        self.finished = True

    def _judge(self, payload: Sequence[str]) -> None:
        """Refuse names that Linux allows and a clerk's computer does not, all of them at once."""
        findings = Findings()
        for path in payload:
            self._judge_name(path, findings)
            if (self.root / path).is_symlink():
                findings.add("package.bad_name", place_of(self.target, path), name=path, why="是指向别处的快捷方式")
        self._judge_clashes(payload, {}, findings)
        refuse(findings)

    def _judge_clashes(self, payload: Sequence[str], spelled: dict[str, str], findings: Findings) -> None:
        for other, path in file_names.collisions(payload, spelled):
            findings.add("package.name_collision", place_of(self.target, path), name=path, other=other)

    def _judge_name(self, path: str, findings: Findings) -> None:
        place = place_of(self.target, path)
        if why := next(filter(None, map(file_names.why_not_portable, path.split("/"))), ""):
            findings.add("package.bad_name", place, name=shown(path), why=why)
        length = len(fs.as_written(str(self.root))) + 1 + len(path)
        if PATH_LIMIT and length > PATH_LIMIT:
            findings.add("package.path_too_long", place, name=path, length=length, limit=PATH_LIMIT)


@contextmanager
def staging(target: Path) -> Iterator[Stage]:
    """Build a package for ``target`` beside it and, when the block ends well, put it in place.

    Leftovers of a killed build are recovered first. Whatever is raised in the block, the new package is dropped and
    the one at ``target`` stands as it was.

    Raises DeliveryError where the disk, the rights or an open file stand in the way, where ``target`` holds something
    that is not a package, or where another build is under way; RuntimeError where the block did not finish the stage.
    """
    target = Path(os.path.abspath(target))  # noqa: PTH100 - resolve() would follow a link; this makes ".." readable
    stage = Stage(target)
    with delivering(target):
        fs.mkdir(target.parent)
        with lock.held(_beside(target, _LOCK)) as hold:
            if not hold.free:
                raise refusal("package.busy", target, name=target.name, holder=_named(hold))
            if not hold.certain:
                stage.findings.add("package.no_locks", place_of(target), name=target.name)
            _recover(target, stage.findings)
            _refuse_foreign(target)
            try:
                fs.mkdir(stage.data)
                yield stage
                if not stage.finished:
                    raise RuntimeError("the stage was left without finish()")
                _swap(stage)
            except BaseException:
                _drop(stage.root, target, Findings())
                raise


@contextmanager
def drafting(folder: Path) -> Iterator[Path]:
    """Yield a folder below ``folder`` to write single drafts to, on the disk they go to; it is removed at the end.

    Raises DeliveryError where the disk, the rights or an open file stand in the way, or where others are at it too.
    """
    target = Path(os.path.abspath(folder)) / "文稿"  # noqa: PTH100 - as in staging()
    work = _beside(target, _NEW)
    with delivering(target.parent):
        fs.mkdir(target.parent)
        with lock.held(_beside(target, _LOCK)) as hold:
            if not hold.free:
                raise refusal("package.busy", target.parent, name=target.parent.name, holder=_named(hold))
            _recover(target, Findings())
            try:
                fs.mkdir(work)
                yield work
            finally:
                _drop(work, target, Findings())


def _named(hold: lock.Hold) -> str:
    return f"（{hold.holder}）" if hold.holder else ""


def recover(results: Path) -> Findings:
    """Mend what a killed build left in the folder ``results`` (成果/): put an old package back, remove leftovers.

    Called at every start; without leftovers it only lists the folder. Never raises for what it can't mend now: that is
    a finding, and the next start tries again. A build under way in another process is left alone.
    """
    findings = Findings()
    try:
        hidden = [entry.name for entry in results.iterdir() if entry.name.startswith(".")]
    except OSError:  # not there, or not readable: then there is nothing to mend
        return findings
    targets = {
        name[1:-2] for name in hidden if len(name) > 3 and name[-2] == "." and name[-1] in (_NEW, _OLD, _GONE, _LOCK)
    }
    for target in sorted(results / name for name in targets):
        try:
            with lock.held(_beside(target, _LOCK)) as hold:
                if hold.free:
                    _recover(target, findings)
        except OSError:
            findings.add("package.leftover", place_of(target), name=target.name)
    return findings


def set_aside(target: Path) -> list[Path]:
    """Return the packages that stood at ``target`` and were kept because somebody had worked in them, oldest first."""
    named = re.compile(rf"{re.escape(target.name)}（改过([0-9]+)）")
    try:
        numbered = [(int(match[1]), path) for path in target.parent.iterdir() if (match := named.fullmatch(path.name))]
    except OSError:  # not there, or not readable
        return []
    return [path for _, path in sorted(numbered)]


def archived(target: Path) -> list[Path]:
    """Return the packages that were handed in from ``target`` and replaced since, by name."""
    named = re.compile(rf"{re.escape(target.name)}_(?:[0-9-]{{10}}|{_UNDATED})(?:（[0-9]+）)?")
    try:
        return sorted(path for path in target.parent.iterdir() if named.fullmatch(path.name))
    except OSError:
        return []


def edits(package: Path) -> list[str]:
    """Return the files that differ from what was packed: changed, added or removed by hand since.

    A package whose manifests can't be read counts as edited. What systems leave behind by themselves does not count.
    """
    try:
        packed = bag.read_manifest(package / bag.MANIFEST) | bag.read_manifest(package / bag.TAG_MANIFEST)
        present = {path for path in bag.files(package) if not is_left_behind(path.rpartition("/")[2])}
        present.discard(bag.TAG_MANIFEST)
        differing = present ^ packed.keys()
        differing |= {path for path in present & packed.keys() if fs.sha256(package / path) != packed[path]}
    except (OSError, ValueError):
        return [bag.MANIFEST]
    return sorted(differing)


def _swap(stage: Stage) -> None:
    """Move the old package aside and the new one in; put the old one back if that fails."""
    target, aside = stage.target, _beside(stage.target, _OLD)
    if not os.path.lexists(target):
        fs.rename(stage.root, target)
        return
    try:
        fs.rename(target, aside)
        fs.rename(stage.root, target)
    except BaseException as failure:
        try:
            if aside.is_dir() and not os.path.lexists(target):
                fs.rename(aside, target)
        except OSError as again:
            raise refusal("package.not_put_back", target, name=target.name, aside=aside.name) from again
        raise failure from None
    _retire(aside, target, stage.findings)


def _recover(target: Path, findings: Findings) -> None:
    aside = _beside(target, _OLD)
    if aside.is_dir() and not os.path.lexists(target):
        fs.rename(aside, target)
        findings.add("package.put_back", place_of(target), name=target.name)
    half_done = [path for path in (_beside(target, _NEW), aside, _beside(target, _GONE)) if os.path.lexists(path)]
    gone = [_drop(path, target, findings) for path in half_done if path != aside]
    if aside in half_done:
        gone.append(_retire(aside, target, findings))
    if any(gone):
        findings.add("package.cleaned", place_of(target), name=target.name)


def _retire(aside: Path, target: Path, findings: Findings) -> bool:
    """Let the replaced package go; one that somebody worked in is kept under a name of its own."""
    try:
        changed = edits(aside)
        if changed:
            kept = _free_name(target)
            fs.rename(aside, kept)
            findings.add(
                "package.edited_kept",
                place_of(kept),
                name=target.name,
                count=len(changed),
                example=changed[0],
                kept=kept.name,
            )
            return False
        if day := _handed_in_on(aside, target):
            kept = _free(target.with_name(f"{target.name}_{day}"))
            fs.rename(aside, kept)
            findings.add("package.archived", place_of(kept), name=target.name, kept=kept.name)
            return False
        gone = _beside(target, _GONE)
        if os.path.lexists(gone) and not _drop(gone, target, findings):
            return False
        fs.rename(aside, gone)
    except OSError:
        findings.add("package.leftover", place_of(aside), name=aside.name)
        return False
    return _drop(gone, target, findings)


def _handed_in_on(aside: Path, target: Path) -> str:
    """Return the day of a 报送稿 that another one has replaced; "" for anything else, or where both are the same.

    What was handed in on a day is what others hold in their hands: it stays.
    """
    if all((aside / name).read_bytes() == (target / name).read_bytes() for name in (bag.MANIFEST, manifest.FILE_NAME)):
        return ""
    document = shape.load(aside, Findings())
    if document is None or document["form"] != FINAL:
        return ""
    return str(document.get("dated") or _UNDATED)


def _free(path: Path) -> Path:
    """Return ``path``, or where something stands there the next name that is free."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.name}（{number}）")
    return free


def _drop(path: Path, target: Path, findings: Findings) -> bool:
    """Remove a folder of ours, if it is there; what can't be removed now is a finding."""
    try:
        if path.is_dir() and not path.is_symlink():
            fs.rmtree(path)
        elif os.path.lexists(path):
            fs.unlink(path)
    except OSError:
        findings.add("package.leftover", place_of(target.with_name(path.name)), name=path.name)
        return False
    return True


def _refuse_foreign(target: Path) -> None:
    """Never replace what we did not make."""
    if not os.path.lexists(target):
        return
    ours = target.is_dir() and not target.is_symlink() and _is_ours(target)
    if not ours:
        raise refusal("package.not_ours", target, name=target.name)


def _is_ours(folder: Path) -> bool:
    if (folder / manifest.FILE_NAME).is_file():
        return True
    info = folder / bag.INFO
    return info.is_file() and b"Bag-Software-Agent: kaoping" in info.read_bytes()


def _free_name(target: Path) -> Path:
    number = 1
    while os.path.lexists(kept := target.with_name(f"{target.name}（改过{number}）")):
        number += 1
    return kept


def _beside(target: Path, mark: str) -> Path:
    return target.with_name(f".{target.name}.{mark}")
