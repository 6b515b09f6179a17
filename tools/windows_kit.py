"""Makes the kit for Windows: one zip to unpack and double-click, with Python and all libraries in it.

    python tools/windows_kit.py --out 考评包.zip

On any system. What is in it stands in `kit_maker/`; two runs give the same bytes. Libraries and Python come from the
package index, by name, version and sha256; a releaser may give another embeddable CPython (`--python`, `--sha256`).
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from pathlib import Path

import click
from kit_maker import archives, contents, uv
from kit_maker.uv import KitError

HERE = contents.HERE / "windows"
PLATFORM = "x86_64-pc-windows-msvc"
LARGEST = 120_000_000  # bytes: what a mail system or a stick of an office takes


def make(out: Path, python: Path | None = None, sha256: str = "") -> None:
    """Write the kit to ``out``. Raises KitError."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / contents.NAME
        version = _python(folder / contents.APP / "python", python, sha256)
        app = contents.assemble(folder, contents.Target(PLATFORM, version))
        contents.write_texts(app, [HERE / "kaoping.bat"], newline="\r\n", encoding="ascii")
        contents.write_texts(folder, sorted(HERE.glob("[!k]*.bat")), newline="\r\n", encoding="ascii")
        contents.write_texts(folder, [HERE / "先看我.txt"], newline="\r\n", encoding="utf-8-sig")
        contents.keep_compiled_elsewhere(folder, app / "python" / "kaoping.pth")
        archives.zip_folder(folder, out)
    if out.stat().st_size > LARGEST:
        raise KitError(f"{out} 有 {out.stat().st_size} 字节，超过 {LARGEST}。")


def _python(folder: Path, given: Path | None, sha256: str) -> str:
    """Put CPython into ``folder``; return its version ("3.12")."""
    if given is None:
        uv.install(folder, ["--no-deps", "--require-hashes", "--requirements", str(HERE / "python.txt")])
        for info in folder.glob("*.dist-info"):
            uv.remove(info)
    else:
        contents.check_digest(given, sha256)
        with zipfile.ZipFile(given) as archive:
            archive.extractall(folder)
    names = [path.stem for path in folder.glob("python3?*.dll")]
    version = next((its for name in names if (its := re.fullmatch(r"python3(\d+)", name))), None)
    if version is None:
        raise KitError(f"{given} 不是 Windows 的嵌入式 Python（embeddable package）。")
    # What stands here is all that this Python looks at: no environment, no registry, no other Python's libraries.
    lines = [f"python3{version[1]}.zip", ".", r"..\site", "import site"]
    (folder / f"python3{version[1]}._pth").write_text("\n".join(lines) + "\n", encoding="ascii", newline="\r\n")
    return f"3.{version[1]}"


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="写到哪里（.zip）。")
@click.option("--python", type=click.Path(path_type=Path, exists=True), help="另给一个嵌入式 CPython 的 zip。")
@click.option("--sha256", default="", help="它的 sha256。")
def main(out: Path, python: Path | None, sha256: str) -> None:
    """Make the kit for Windows."""
    try:
        make(out, python, sha256)
    except KitError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{out}：{out.stat().st_size / 1e6:.1f} MB，sha256 {contents.digest(out)}")


if __name__ == "__main__":
    main()
