"""`kaoping serve`: one page for a user, a port for each unit, and an end when nobody has it open any more."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from browsing import served
from examples import sampled
from kaoping import api
from kaoping.core import fs
from kaoping.page import serve
from kaoping.page._presence import Presence
from kaoping.page._second_launch import reopened
from pages import Answer
from units import small_unit


class Visitor:
    """What a browser keeps: the cookies of one launch."""

    def __init__(self, address: str) -> None:
        self.port = urlsplit(address).port
        parts = urlsplit(address)
        launched = self._ask("GET", f"{parts.path}?{parts.query}", {})
        self.status = launched.status
        self.cookie = launched.headers.get("set-cookie", "").split(";")[0]

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        return self._ask(method, path, {"Cookie": self.cookie, **headers})

    def _ask(self, method: str, path: str, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with closing(connection):
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())

    def csrf(self, path: str = "/") -> str:
        for _ in range(100):
            if token := re.search(r'\?csrf=([^"]+)"', self.ask(path).text):
                return token[1]
            time.sleep(0.1)  # the unit is being read for the first time
        raise AssertionError(f"no form on {path}")

    def opening(self, folder: Path) -> str:
        """Have the start page open ``folder``; return the address that it leads to."""
        return self.ask(f"/open?{urlencode({'folder': folder})}").headers.get("location", "")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "user"


def test_each_unit_has_a_port_and_keys_of_its_own(tmp_path: Path, cache: Path) -> None:
    """A form of an old tab, sent by mistake or made to be sent, never reaches another unit."""
    one, other = small_unit(tmp_path / "甲市"), small_unit(tmp_path / "乙市")
    with served(None, cache) as address:
        start = Visitor(address)
        first, second = Visitor(start.opening(one)), Visitor(start.opening(other))
        assert (start.status, first.status, second.status) == (303, 303, 303)
        assert len({start.port, first.port, second.port}) == 3
        assert first.ask("/").status == second.ask("/").status == 200
        assert len({visitor.cookie.split("=")[0] for visitor in (start, first, second)}) == 3
        origin = f"http://127.0.0.1:{second.port}"
        crossed = second.ask(f"/lines/22/decision?csrf={first.csrf('/lines/22')}", "POST", Origin=origin)
        assert crossed.status == 403
        assert second.ask("/", Cookie=first.cookie).status == 401
        assert urlsplit(start.opening(one)).port == first.port, "opened twice, served once"
        assert [recent.path for recent in api.recents()] == [one, other]


def test_a_second_launch_finds_the_page_that_runs(tmp_path: Path, cache: Path) -> None:
    unit, other = small_unit(tmp_path / "甲市"), small_unit(tmp_path / "乙市")
    with served(unit, cache) as address:
        running = api.running_page()
        assert running is not None and running.pid == os.getpid()
        (kept,) = (cache / "cache").glob("正在运行的页面-*.json")
        if os.name == "posix":
            assert kept.stat().st_mode & 0o777 == 0o600
        ready: list[tuple[str, str]] = []
        serve(unit, on_ready=lambda *addresses: ready.append(addresses))  # returns: it only asks
        serve(other, on_ready=lambda *addresses: ready.append(addresses))
        serve(None, on_ready=lambda *addresses: ready.append(addresses))
        ports = [urlsplit(again).port for again, _ in ready]
        assert [lasting for _, lasting in ready] == ["", "", ""]
        assert ports[0] == urlsplit(address).port and ports[2] == running.port and len(set(ports)) == 3
        assert [Visitor(again).status for again, _ in ready] == [303, 303, 303]
        assert Visitor(ready[0][0]).status == 403, "a ticket is good for once"
    assert not kept.exists()


def _listening() -> Iterator[int]:
    """A port on which something else listens by now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def answer() -> None:
            with suppress(OSError):  # nobody came
                connection, _ = listening.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 303 Other\r\nLocation: http://evil.example/\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        yield listening.getsockname()[1]


@pytest.mark.parametrize("changed", [{}, {"port": 1}, {"release": "0.0.1"}, {"port": "x"}, {"port": 1 << 20}, None])
def test_what_is_left_of_a_page_that_is_gone_is_noticed(
    changed: dict[str, object] | None, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fs, "of_user", lambda kind: cache / kind)
    with api.announced_page(9, "key"):
        (kept,) = (cache / "cache").glob("正在运行的页面-*.json")
        content = json.loads(kept.read_text("utf-8"))
    for port in _listening():
        text = "{" if changed is None else json.dumps(content | {"port": port} | changed)
        kept.write_text(text, encoding="utf-8")
        assert reopened(None) == ""


def test_two_launches_of_one_moment_make_one_page(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fs, "of_user", lambda kind: cache / kind)
    unit, presence = small_unit(tmp_path / "甲市"), Presence()
    ready: list[tuple[str, str]] = []
    threads = [
        threading.Thread(
            target=serve, args=(unit,), kwargs={"on_ready": lambda *its: ready.append(its), "presence": presence}
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 30
    while len(ready) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    presence.end()
    for thread in threads:
        thread.join(30)
    assert len({urlsplit(address).port for address, _ in ready}) == 1 and len(ready) == 3
    assert sum(1 for _, lasting in ready if lasting) == 1


# -- the end -----------------------------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_it_ends_a_while_after_the_last_page_said_that_it_goes() -> None:
    clock = Clock()
    presence = Presence(gone=300, silent=20_000, clock=clock)
    assert not presence.is_over
    presence.here()
    presence.gone()
    for _ in range(29):
        clock.now += 10
        assert not presence.is_over
    clock.now += 10
    assert presence.is_over


def test_a_page_that_was_only_left_for_the_next_is_none_that_goes() -> None:
    clock = Clock()
    presence = Presence(gone=300, silent=20_000, clock=clock)
    presence.gone()
    presence.here()  # the next one
    clock.now += 10
    assert not presence.is_over
    for _ in range(100):
        clock.now += 30
        assert not presence.is_over, "a tab that the browser put to sleep says nothing for long"


def test_the_hours_of_a_sleeping_laptop_count_for_nothing() -> None:
    clock = Clock()
    presence = Presence(gone=300, silent=20_000, clock=clock)
    presence.here()
    clock.now += 100_000
    assert not presence.is_over
    presence.gone()
    clock.now += 100_000
    assert not presence.is_over, "the browser has not had time to say a word"


def test_it_listens_here_alone_and_ends_when_the_page_is_closed(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fs, "of_user", lambda kind: cache / kind)
    ready: list[str] = []
    presence = Presence(gone=0.2)
    thread = threading.Thread(
        target=serve,
        args=(small_unit(tmp_path / "甲市"),),
        kwargs={"on_ready": lambda _, lasting: ready.append(lasting), "presence": presence},
    )
    presence.here()
    thread.start()
    while not ready:
        time.sleep(0.02)
    visitor = Visitor(ready[0])
    assert urlsplit(ready[0]).hostname == "127.0.0.1" and visitor.ask("/alive").status == 204
    assert thread.is_alive()
    origin = f"http://127.0.0.1:{visitor.port}"
    assert visitor.ask(f"/gone?csrf={visitor.csrf('/lines/22')}", "POST", Origin=origin).status == 204
    thread.join(30)
    assert not thread.is_alive()


@pytest.mark.parametrize("name", sampled(1, ["SIGINT", "SIGTERM", "SIGHUP"]))
@pytest.mark.skipif(os.name == "nt", reason="Windows 没有这些信号；控制台的事件由 test_windows 试")
def test_whoever_asks_it_to_end_is_obeyed_and_no_key_is_in_any_log(name: str, tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "kaoping", "serve", str(unit), "--no-open"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, encoding="utf-8"
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        address = process.stdout.readline().split("：", 1)[1].strip()
        assert Visitor(address).ask("/alive").status == 204
        process.send_signal(getattr(signal, name))
        rest, errors = process.communicate(timeout=30)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert not list((tmp_path / "cache" / "kaoping").glob("正在运行的页面-*.json"))


def test_a_folder_that_is_no_unit_is_said_at_once(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "kaoping", "serve", str(tmp_path), "--no-open"], capture_output=True, encoding="utf-8"
    )
    assert ran.returncode == 1 and "不是考评包的单位文件夹" in ran.stderr


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "kaoping", "serve", "--no-open", "--port", str(taken.getsockname()[1])]
        ran = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment)
    assert ran.returncode == 3 and "换一个端口" in ran.stderr


def test_a_first_look_that_takes_long_is_broken_off_with_the_page(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever presses Ctrl-C does not wait for four hundred files."""
    seen: list[int] = []

    def slowly(self: api.Session, *, progress: Callable[[int, int, str], None], **_: object) -> None:
        for number in range(10_000):
            seen.append(number)
            progress(number, 10_000, "查看材料")
            time.sleep(0.01)

    monkeypatch.setattr(api.Session, "assess", slowly)
    with served(small_unit(tmp_path / "甲市"), cache) as address:
        assert "正在" in Visitor(address).ask("/").text
    assert len(seen) < 9_000
