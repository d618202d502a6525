"""How long commands take as whole processes, against a Python that only imports sqlalchemy and flask."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from scripts.benches.rounds import Result, alternate, seconds
from scripts.soaks.site import OPENEAR, Site

_IMPORTS = (sys.executable, "-c", "import sqlalchemy, flask")
_COMMANDS = {("--help",): "<= 1", ("hub", "list"): "<= 2", ("flags", "list"): "<= 2", ("numbers",): "<= 2"}
_NOWHERE = "http://127.0.0.1:9"


def measure() -> tuple[Result, ...]:
    """One ratio for each command, in an installation without stories."""
    with tempfile.TemporaryDirectory() as folder, Site(Path(folder), _NOWHERE) as site:
        bare = partial(_seconds, site, _IMPORTS)
        return tuple(
            alternate(
                f"times the time of importing sqlalchemy and flask: openear {' '.join(words)}",
                goal,
                partial(_seconds, site, (OPENEAR, *words)),
                bare,
            )
            for words, goal in _COMMANDS.items()
        )


def _seconds(site: Site, command: Sequence[str]) -> float:
    """How long one process takes, in seconds."""
    return seconds(
        partial(
            subprocess.run,
            command,
            cwd=site.folder,
            env=site.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    )
