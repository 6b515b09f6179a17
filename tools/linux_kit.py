"""Makes the kit for Linux (UOS, Kylin …): one tar.gz to unpack, of the same form as the one for Windows.

    python tools/linux_kit.py --out 考评包.tar.gz --python cpython-….tar.gz --sha256 … [--machine aarch64]

No package index has a CPython that runs wherever it is unpacked: the releaser gives one (python-build-standalone's
“install_only” archives are of the form asked for: a folder with bin/python3 and lib/python3.x). Wheels are those for
glibc 2.28, which these systems have.
"""

from __future__ import annotations

import re
import shutil
import tarfile
import tempfile
from pathlib import Path

import click
from kit_maker import archives, contents
from kit_maker.uv import KitError

HERE = contents.HERE / "linux"
_OLDEST = (3, 11)
MACHINES = {"x86_64": "64 位 x86", "aarch64": "64 位 ARM：飞腾、鲲鹏"}


def make(out: Path, python: Path, sha256: str, machine: str = "x86_64") -> None:
    """Write the kit to ``out``. Raises KitError."""
    contents.check_digest(python, sha256)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / contents.NAME
        version = _python(folder / contents.APP / "python", python)
        about = f"CPython-{version}　PSF-2.0　https://www.python.org　（取自 {python.name}，sha256 {sha256}）"
        contents.assemble(folder, contents.Target(f"{machine}-manylinux_2_28", version, about))
        contents.write_texts(folder, [HERE / "考评包.sh", HERE / "先看我.txt"], machine=MACHINES[machine])
        (folder / "考评包.sh").chmod(0o755)
        packages = folder / contents.APP / "python" / "lib" / f"python{version}" / "site-packages"
        packages.mkdir(exist_ok=True)
        contents.keep_compiled_elsewhere(folder, packages / "kaoping.pth", "../../../../site")
        archives.tar_folder(folder, packed := Path(temporary) / "kit.tar.gz")
        shutil.move(packed, out)


def _python(folder: Path, given: Path) -> str:
    """Put CPython into ``folder``; return its version ("3.12")."""
    try:
        with tarfile.open(given) as archive:
            archive.extractall(folder.with_name("unpacked"), filter="data")
    except (tarfile.TarError, OSError) as error:
        raise KitError(f"{given} 解不开：{error}") from None
    programs = sorted(folder.with_name("unpacked").rglob("bin/python3"))
    roots = [path.parents[1] for path in programs]
    libraries = [path for root in roots for path in root.glob("lib/python3.*") if (path / "os.py").is_file()]
    if not libraries:
        raise KitError(f"{given} 里没有 bin/python3 和 lib/python3.x：要的是可以挪动的 CPython。")
    version = re.sub("^python", "", libraries[0].name)
    if tuple(map(int, version.split("."))) < _OLDEST:
        raise KitError(f"{given} 是 Python {version}，要 3.11 以上。")
    shutil.move(libraries[0].parents[1], folder)
    shutil.rmtree(folder.with_name("unpacked"), ignore_errors=True)
    return version


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="写到哪里（.tar.gz）。")
@click.option("--python", type=click.Path(path_type=Path, exists=True), help="可以挪动的 CPython（tar.gz）。")
@click.option("--sha256", default="", help="它的 sha256。")
@click.option("--machine", type=click.Choice(list(MACHINES)), default="x86_64", help="给哪种处理器。")
def main(out: Path, python: Path | None, sha256: str, machine: str) -> None:
    """Make the kit for Linux."""
    try:
        if python is None:
            raise KitError(
                "要用 --python 和 --sha256 给一个可以挪动的 CPython（如 python-build-standalone 的 install_only "
                "压缩包）：软件包索引里没有，系统自带的换个地方就不能运行。没有生成。"
            )
        make(out, python, sha256, machine)
    except (KitError, OSError) as error:
        raise click.ClickException(f"没有做成：{error}") from None
    click.echo(f"{out}：{out.stat().st_size / 1e6:.1f} MB，sha256 {contents.digest(out)}")


if __name__ == "__main__":
    main()
