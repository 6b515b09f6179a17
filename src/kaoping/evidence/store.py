"""The store of verdicts: what was found out about a file, and made from it, is found again by its content.

It also keeps what takes long to make and depends on little (:meth:`Store.bytes_of`).

An entry is a folder, named by the file's sha256, its suffix and everything that could judge it differently: our own
code and data, the libraries' versions. It is made in a work folder and moved into place whole, and only after the
survey has found nothing secret in it. What it gives out is what was put there: the verdict, and each file made with
it that was touched since, are held against their digests, and what is damaged is made anew. The work folder of a
survey that was stopped or killed stays for a week, and the next one of the same materials goes on from there; once
something secret was found nobody does. The store lies in the user's cache folder, has a limit, and may be deleted at
any time; without one (``--no-cache``) all happens in the work folder, with the same result. Where machines have a
depot in common (:mod:`kaoping.evidence._depot`), an entry that is not here is fetched from there, and one that is
kept is handed on.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4
from zipfile import BadZipFile

from kaoping.core import fs, resources
from kaoping.evidence import _depot, rates
from kaoping.evidence._appraisal import Appraisal
from kaoping.evidence._depot import Depot
from kaoping.evidence.rates import Rate

#: Where the store lies instead of the user's cache folder.
PLACE = "KAOPING_CACHE"
_VERDICT, _BYTES, _INDEX, _WORK, _OF = "verdict.json", "bytes", "index", "work-", "of"
_WHOLE, _PARTS = ".entry", ".parts"  # in the depot: an entry, and the parts of one
_PART = ".part"  # what an entry is put together of, piece by piece
_READ = "read"  # bears the time when parts were kept last, or left by who was stopped
_STOPPED = "0"  # in a work folder's name instead of a process: it was stopped, and can be gone on from
_LIBRARIES = (
    "pikepdf",
    "pypdf",
    "pypdfium2",
    "pillow",
    "pi-heif",
    "img2pdf",
    "typst",
    "lxml",
    "olefile",
    "py7zr",
    "python-oxmsg",
)
_DAY = 86400.0  # seconds
_UNUSED = 180 * _DAY  # entries that nobody asked for so long go
_RESUMED = 7 * _DAY  # so long a survey that was stopped can be gone on from
_MOST, _MUCH = 4_000_000_000, 200_000_000  # bytes: of the store; of what is kept at a time without measuring it
_LITTLE = 1 << 20  # bytes
_FRESH = 2_000_000_000  # ns: a file changed so shortly before it was hashed may change again within its clock's tick


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a file from every other: its content's sha256, and by what a later change is noticed."""

    sha256: str
    size: int
    time: int  # ns


class Store:
    """The verdicts of a survey: found again, or made in :meth:`fresh` folders and kept at its end."""

    def __init__(self, work: Path, lasting: Path | None, depot: Depot | None = None) -> None:
        self.work, self._lasting, self._depot = work, lasting, depot
        self.made = 0  # bytes, of all entries that were made so far
        self.kept = 0  # of those that are kept
        self._read: dict[str, tuple[Appraisal, Path]] = {}
        self._known: dict[str, list[object]] = {}
        self._seen: dict[str, list[object]] = {}
        self._shared: set[str] = set()  # what the depot has, as far as that is known
        self._lacking: set[str] = set()  # and what it has not
        self._taken: dict[str, tuple[float, float]] = {}  # kind of work → how many, processor seconds

    @property
    def trouble(self) -> tuple[str, str] | None:
        """The depot's address and why it is out of reach; None where it is not, or there is none."""
        return (self._depot.address, self._depot.trouble) if self._depot and self._depot.trouble else None

    def remember(self, materials: Path) -> Path | None:
        """Load what is known of the files below ``materials``; returns where it stands, None without a store."""
        index = self.recall(materials)
        if self._lasting is None or index is None:
            return None
        digest = index.stem
        for folder in _abandoned(self._lasting):
            with suppress(OSError):
                if (folder / _OF).read_text() == digest:
                    self._go_on_from(folder)
        with suppress(OSError):
            (self.work / _OF).write_text(digest)
        return index

    def recall(self, materials: Path) -> Path | None:
        """Load what is known of the files below ``materials`` without going on with it; returns where it stands."""
        if self._lasting is None:
            return None
        digest = hashlib.sha256(os.fsencode(materials.absolute())).hexdigest()[:32]
        index = self._lasting / _INDEX / f"{digest}.json"
        self._known = {}
        with suppress(OSError, ValueError):
            self._known = dict(json.loads(index.read_bytes()))
        return index

    def _go_on_from(self, folder: Path) -> None:
        """Take over what a survey of the same materials had finished when it was stopped."""
        for entry in folder.iterdir():
            if entry.is_dir() and self._read_entry(entry) is not None:
                entry.rename(self.work / entry.name)
            elif entry.is_dir():
                _merge(entry, self.work / entry.name)
        _remove(folder)

    def forget(self) -> None:
        """Let nobody go on from what was made so far: something secret is among it."""
        with suppress(OSError):
            (self.work / _OF).unlink()

    def known_identity(self, path: Path) -> Identity | None:
        """Return the identity of the file at ``path`` without opening it; None where it was not seen as it is now."""
        known = self._known.get(str(path))
        try:
            stat = path.stat()
        except OSError:
            return None
        if not isinstance(known, list) or len(known) != 5 or known[:4] != _mark(stat):
            return None
        return Identity(str(known[4]), stat.st_size, stat.st_mtime_ns)

    def took(self, kind: str, seconds: float, number: int = 1) -> None:
        """Remember that so many of a ``kind`` of work (:mod:`kaoping.evidence.rates`) took ``seconds`` together."""
        before = self._taken.get(kind, (0.0, 0.0))
        self._taken[kind] = before[0] + number, before[1] + seconds

    def rates(self) -> dict[str, Rate]:
        """Return how long each kind of work takes here, as far as it was measured."""
        return rates.rates(self._lasting)

    def keep_rates(self) -> None:
        """Keep what was measured."""
        if self._taken and self._lasting is not None:
            rates.add(self._lasting, self._taken)
            self._taken = {}

    def identify(self, path: Path) -> Identity:
        """Return the identity of the file at ``path``; it is only read where it was not seen before as it is now.

        Raises OSError where it can't be read.
        """
        with fs.open_file(path) as stream:
            stat = os.fstat(stream.fileno())
            mark = _mark(stat)
            known = self._known.get(str(path))
            if isinstance(known, list) and known[:4] == mark and len(known) == 5:
                digest = str(known[4])
            else:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if time.time_ns() - stat.st_mtime_ns > _FRESH and not path.is_relative_to(self.work):
            self._seen[str(path)] = [*mark, digest]
        return Identity(digest, stat.st_size, stat.st_mtime_ns)

    def plain_path(self, path: Path) -> Path:
        """Return ``path``, or a link to it where its name is no text (GBK, on Linux): pikepdf takes no such name."""
        try:
            str(path).encode()
        except UnicodeEncodeError:
            link = self.work / f"link-{hashlib.sha256(os.fsencode(path)).hexdigest()[:32]}"
            with suppress(OSError):
                if not link.is_symlink():
                    link.symlink_to(path.absolute())
                return link
        return path

    def key(self, identity: Identity, suffix: str, *more: str) -> str:
        """Return the key of the verdict on a file; ``more`` says what else could make it differ."""
        parts = (identity.sha256, suffix.lower(), _judges(), *more)
        return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:40]

    def find(self, key: str) -> tuple[Appraisal, Path] | None:
        """Return the verdict ``key`` and its folder; None where it is not there, or is damaged."""
        if key not in self._read:
            for place in self._places(key):
                if (appraisal := self._read_entry(place)) is not None:
                    self._read[key] = appraisal, place
                    break
        return self._read.get(key)

    def _read_entry(self, folder: Path) -> Appraisal | None:
        """Return the verdict in ``folder``; None where it, or a file made with it, is not there as it was written.

        A file's digest is reckoned again only where the file was touched since.
        """
        try:
            digest, _, entry = (folder / _VERDICT).read_bytes().partition(b"\n")
            if digest != _digest(entry):
                return None
            its = json.loads(entry)
            whole = all(self.identify(folder / name).sha256 == sha256 for name, sha256 in its["files"].items())
            return Appraisal.from_json(its["appraisal"]) if whole else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def has(self, key: str) -> bool:
        """Whether there seems to be a verdict ``key``: quicker than to read it."""
        places = (self.work / key, self._place(key))
        is_here = key in self._read or any(place is not None and (place / _VERDICT).is_file() for place in places)
        return is_here or (self._depot is not None and self._depot.has(_object(key, _WHOLE)))

    def fresh(self, key: str) -> Path:
        """Return a new, empty folder to make the verdict ``key`` in."""
        folder = self.work / key
        _remove(folder)
        folder.mkdir()
        return folder

    def put(self, key: str, appraisal: Appraisal) -> None:
        """Write the verdict into its folder, with the digests of what was made there."""
        folder = self.work / key
        files = {path.relative_to(folder).as_posix(): fs.sha256(path) for path in folder.rglob("*") if path.is_file()}
        entry = json.dumps({"appraisal": appraisal.to_json(), "files": files}).encode("ascii")
        (folder / _VERDICT).write_bytes(_digest(entry) + b"\n" + entry)
        self.made += _size(folder)

    def keep(self, key: str) -> None:
        """Move a new verdict to where later surveys find it; an old one is marked as used. Fails in silence."""
        known, place = self.find(key), self._place(key)
        if known is not None:
            self._hand_on(key, known[1])
        if known is None or place is None:
            return
        with suppress(OSError):
            # else another process was quicker: what stands is in use
            if known[1] != place and self._read_entry(place) is None:
                _remove(place)
                place.parent.mkdir(parents=True, exist_ok=True)
                size = _size(known[1])
                if size > _MOST // 4:  # it would push out what others need; it is made anew each time
                    return
                fs.replace(known[1], place)
                self.kept += size
                self._read[key] = known[0], place
            elif known[1] == place:
                _mark_used(place)

    def bytes_of(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return the bytes kept under ``key``, or those that ``make`` gives, which are kept from now on.

        ``key`` says all that they depend on, in hexadecimal digits. Damaged ones are made anew; keeping fails in
        silence.
        """
        place = self._place(key)
        if place is None:
            return make()
        kept = place / _BYTES
        with suppress(OSError):
            digest, _, data = kept.read_bytes().partition(b"\n")
            if digest == _digest(data):
                _mark_used(place)
                return data
        data = make()
        with suppress(OSError):  # on Windows also where another process reads what stands there
            part = self.work / f"{key}.{_BYTES}"
            part.write_bytes(_digest(data) + b"\n" + data)
            place.mkdir(parents=True, exist_ok=True)
            fs.replace(part, kept)
        return data

    def parts_of(self, key: str) -> dict[str, bytes]:
        """Return what was put under ``key`` part by part, by the names of the parts: new ones, and those kept."""
        self._fetch_parts(key)
        parts: dict[str, bytes] = {}
        for folder in (self._place(key), self.work / key):
            if folder is None or not folder.is_dir():
                continue
            for path in sorted(folder.glob(f"*{_PART}")):
                with suppress(OSError):
                    digest, _, data = path.read_bytes().partition(b"\n")
                    if digest == _digest(data):
                        parts[path.name.removesuffix(_PART)] = data
            if folder != self.work / key:
                with suppress(OSError):
                    _mark_used(folder)
        return parts

    def put_part(self, key: str, name: str, data: bytes) -> None:
        """Put ``data`` under ``key`` as the part ``name``; :meth:`keep_parts` keeps it. Raises OSError for the disk."""
        folder = self.work / key
        folder.mkdir(exist_ok=True)
        fresh = folder / f"{name}.new"
        fresh.write_bytes(_digest(data) + b"\n" + data)
        fs.replace(fresh, folder / f"{name}{_PART}")

    def keep_parts(self, key: str) -> None:
        """Move what was put under ``key`` to where later surveys find it. Fails in silence."""
        place, fresh = self._place(key), self.work / key
        self._hand_on_parts(key)
        if place is not None and fresh.is_dir():
            with suppress(OSError):
                self.kept += _size(fresh)
                _merge(fresh, place)
                (place.parents[1] / _READ).touch()

    def read_last(self) -> int:
        """Return when parts were last kept, or left by who was stopped, in ns; 0 where they never were."""
        with suppress(OSError):
            if self._lasting is not None:
                return (self._lasting / _READ).stat().st_mtime_ns
        return 0

    def drop(self, key: str) -> None:
        """Keep nothing under ``key`` any more, new or old: something secret is in it."""
        for place in (self.work / key, self._place(key)):
            if place is not None:
                _remove(place)
        if self._depot is not None:
            self._depot.remove(_object(key, _WHOLE))
            self._depot.remove(_object(key, _PARTS))
        self._read.pop(key, None)

    def close(self, index: Path | None, without: set[str]) -> None:
        """Write down which files were seen, those at the paths ``without`` apart."""
        if index is None:
            return
        entries = {path: entry for path, entry in self._seen.items() if path not in without}
        if entries == self._known:
            return
        with suppress(OSError):
            index.parent.mkdir(parents=True, exist_ok=True)
            part = index.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps(entries), encoding="ascii")
            fs.replace(part, index)

    def _place(self, key: str) -> Path | None:
        return self._lasting / key[:2] / key if self._lasting is not None else None

    def _places(self, key: str) -> Iterator[Path]:
        """Yield where the entry may lie; the depot is asked where there is nothing here."""
        yield self.work / key
        if (place := self._place(key)) is not None:
            yield place
        if self._fetch(key):
            yield self.work / key

    def _fetch(self, key: str) -> bool:
        """Lay out the depot's entry in the work folder; whether there is one."""
        if self._depot is None or key in self._lacking:
            return False
        packed = self.work / f"{key}{_WHOLE}"
        try:
            if self._depot.fetch(_object(key, _WHOLE), packed):
                _depot.unpack(packed, self.fresh(key))
                self._shared.add(key)
                return True
        except (OSError, ValueError, BadZipFile):
            _remove(self.work / key)
        finally:
            packed.unlink(missing_ok=True)
        self._lacking.add(key)
        return False

    def _hand_on(self, key: str, folder: Path) -> None:
        """Give the depot the entry in ``folder``, where it lacks it, or has it damaged. Fails in silence."""
        if self._depot is None or key in self._shared:
            return
        self._shared.add(key)
        name, packed = _object(key, _WHOLE), self.work / f"{key}{_WHOLE}"
        with suppress(OSError, ValueError):
            if (key in self._lacking or not self._depot.has(name)) and _size(folder) <= _MOST // 4:
                _depot.pack(folder, packed)
                self._depot.hand_on(name, packed)
                packed.unlink()

    def _fetch_parts(self, key: str) -> None:
        """Lay out those parts of the depot's in the work folder that are not here."""
        if self._depot is None:
            return
        for name in self._depot.names(_object(key, _PARTS)):
            part = name.rpartition("/")[2]
            self._shared.add(f"{key}/{part}")
            if not any(
                folder is not None and (folder / part).is_file() for folder in (self.work / key, self._place(key))
            ):
                with suppress(OSError):
                    (self.work / key).mkdir(exist_ok=True)
                    self._depot.fetch(name, self.work / key / part)

    def _hand_on_parts(self, key: str) -> None:
        """Give the depot the parts that it was not seen to have."""
        if self._depot is None:
            return
        for folder in (self.work / key, self._place(key)):
            for path in sorted(folder.glob(f"*{_PART}")) if folder is not None else ():
                if f"{key}/{path.name}" not in self._shared:
                    self._shared.add(f"{key}/{path.name}")
                    self._depot.hand_on(f"{_object(key, _PARTS)}/{path.name}", path)


@contextmanager
def open_store(*, lasting: bool = True) -> Iterator[Store]:
    """Open the store; what it gives out stands until the block ends. Without ``lasting``, or a place, none is kept.

    Raises OSError where not even a temporary folder can be made.
    """
    place = _usable(_place()) if lasting else None
    if place is not None:
        _clear_up(place)
    work = Path(mkdtemp(prefix=f"{_WORK}{os.getpid()}-", dir=place))
    address = os.environ.get(_depot.ADDRESS, "") if lasting else ""
    depot = Depot(address) if address else None
    store = Store(work, place, depot)
    try:
        yield store
    except BaseException:
        if (work / _OF).is_file():
            with suppress(OSError):
                work.rename(work.with_name(f"{_WORK}{_STOPPED}-{work.name.rpartition('-')[2]}"))
                if place is not None:
                    (place / _READ).touch()  # pages that were read are there for who looks next
        raise
    finally:
        store.keep_rates()
        _remove(work)
    if place is not None:
        _prune(place, measured=store.kept > _MUCH)
    if depot is not None:
        depot.make_room()


def _object(key: str, kind: str) -> str:
    return f"{key[:2]}/{key}{kind}"


def place_in_common() -> str:
    """Return what is the same where two processes find each other's verdicts; never the same where they do not."""
    if address := os.environ.get(_depot.ADDRESS):
        return address
    place = _usable(_place())
    return f"{socket.gethostname()} {place}" if place is not None else uuid4().hex


def is_full(folder: Path) -> bool:
    """Whether there is no room left where ``folder`` lies: a library in C may end its process for that."""
    try:
        return shutil.disk_usage(folder).free < _LITTLE
    except OSError:
        return False


def _place() -> Path | None:
    if named := os.environ.get(PLACE):
        return Path(named)
    folder = fs.of_user("cache")
    return folder / "evidence" if folder is not None else None


def _usable(place: Path | None) -> Path | None:
    if place is None:
        return None
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return place if os.access(place, os.W_OK) else None


def _abandoned(place: Path) -> Iterator[Path]:
    """Yield the work folders of processes that were stopped, or killed."""
    for folder in sorted(place.glob(f"{_WORK}*")):
        import psutil

        owner = folder.name.removeprefix(_WORK).partition("-")[0]
        if owner == _STOPPED or not (owner.isdigit() and psutil.pid_exists(int(owner))):
            yield folder


def _clear_up(place: Path) -> None:
    """Remove the work folders that nobody can go on from."""
    with suppress(OSError):
        for folder in _abandoned(place):
            mark = folder / _OF
            if not mark.is_file() or time.time() - mark.stat().st_mtime > _RESUMED:
                _remove(folder)


def _prune(place: Path, *, measured: bool) -> None:
    """Remove what nobody asked for in half a year, and what was asked for longest ago of more than there is room for.

    Once a day, and (``measured``) after much was kept.
    """
    done, now = place / "pruned", time.time()
    with suppress(OSError):
        if not measured and done.is_file() and now - done.stat().st_mtime < _DAY:
            return
        done.touch()
        used = sorted(((entry.stat().st_mtime, entry) for entry in place.glob("??/*")), reverse=True)
        total = 0
        for time_, entry in used:
            total += _size(entry)
            if now - time_ > _UNUSED or total > _MOST:
                _remove(entry)


def _size(folder: Path) -> int:
    """Return the bytes of all files in a folder of ours."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.stat(os.path.join(path, name)).st_size  # noqa: PTH116, PTH118 - thousands of files
    return total


def _mark(stat: os.stat_result) -> list[object]:
    """Return by what a change of a file is noticed."""
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _mark_used(place: Path) -> None:
    if time.time() - place.stat().st_mtime > _DAY:
        os.utime(place)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


def _merge(folder: Path, target: Path) -> None:
    """Move the parts in ``folder`` to ``target``, over those of the same name."""
    parts = list(folder.glob(f"*{_PART}"))
    if parts:
        target.mkdir(parents=True, exist_ok=True)
    for part in parts:
        fs.replace(part, target / part.name)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


@cache
def _judges() -> str:
    """Return what stands for everything that a verdict depends on besides the file."""
    digest = hashlib.sha256()
    package = Path(__file__).parents[1]
    sources = [path for room in ("evidence", "pdf", "wings") for path in (package / room).rglob("*.py")]
    sources += (package / "records" / "grids").glob("*.py")  # by which tables are read
    sources += [package / "core" / f"{name}.py" for name in ("errors", "fs")]
    sources += [resources.schema(f"{name}.yaml") for name in ("media", "secrecy", "personal_data", "symbol_fonts")]
    sources += resources.template("bundle").glob("*.typ")
    for path in sorted(sources):
        digest.update(path.read_bytes())
    for name, version in sorted(_versions().items()):
        digest.update(f"{name} {version}\n".encode())
    return digest.hexdigest()


def _versions() -> dict[str, str]:
    """Return the versions of the installed libraries that a verdict depends on.

    They are read off the names of their metadata folders, as the packaging standards lay them down: importlib.metadata
    would parse a file for each, and takes longer than all else that a start with known materials needs of the store.
    """
    versions: dict[str, str] = {}
    for folder in dict.fromkeys(sys.path):
        with suppress(OSError):
            for entry in sorted(os.listdir(folder or ".")):  # noqa: PTH208 - names only
                stem, _, kind = entry.rpartition(".")
                name, _, version = stem.partition("-")
                if kind in ("dist-info", "egg-info") and (plain := name.lower().replace("_", "-")) in _LIBRARIES:
                    versions.setdefault(plain, version)
    return versions
