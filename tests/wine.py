"""Windows, as Wine plays it: the kit's Python run on scripts, for what only Windows does.

Wine is not Windows; that an open file can't be removed or renamed, job objects, registry, code pages and long paths are
as there. What it lacks is listed in the note of the kit.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WINE = shutil.which("wine")
_TELL = """\
import json, sys
from pathlib import Path
def tell(what):
    Path("answer.json").write_text(json.dumps(what))
"""


@dataclass(frozen=True)
class Machine:
    """A computer with Windows, that has the kit's Python: ``kit`` holds python/ and site/."""

    kit: Path
    prefix: Path

    def run(
        self, *arguments: str, cwd: Path | None = None, seconds: float = 120, **around: str
    ) -> tuple[int, str, str]:
        """Run the kit's Python; returns the exit status, and what it wrote to both streams, which are in GBK."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=cwd,
            env=self.around(**around),
            input=b"",
            capture_output=True,  # Wine's Python takes no stream but a pipe
            timeout=seconds,
        )
        return done.returncode, done.stdout.decode("gbk", "replace"), done.stderr.decode("gbk", "replace")

    def command(self, *arguments: str) -> list[str]:
        """Return the command that runs the kit's Python."""
        assert WINE is not None
        return [WINE, str(self.kit / "python" / "python.exe"), "-X", "pycache_prefix=C:\\pyc", *arguments]

    def around(self, **more: str) -> dict[str, str]:
        """Return the environment of such a run."""
        quiet = {"WINEPREFIX": str(self.prefix), "WINEDEBUG": "-all", "LC_ALL": "zh_CN.UTF-8"}
        return {**os.environ, **quiet, "KAOPING_SOFFICE": "none", **more}

    def told(self, code: str, *arguments: str, cwd: Path, **around: str) -> Any:
        """Run ``code`` and return what it hands to ``tell``, which takes what JSON can hold."""
        script, answer = cwd / "script.py", cwd / "answer.json"
        script.write_text(_TELL + code, encoding="utf-8")
        status, out, err = self.run(script.name, *arguments, cwd=cwd, **around)
        assert status == 0, out + err
        return json.loads(answer.read_text())


def wine_path(path: Path) -> str:
    """Return the path under which Windows' programs find a file of ours."""
    return "Z:" + str(path).replace("/", "\\")
