"""The laws of the conversation at full length: each phrase in each state, and 1,600 dialogues drawn at random.

The everyday tests share these products out. Here pytest runs the same tests with `--thorough`.
"""

# ruff: noqa: S603 (our own tests, with our own arguments)

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.soaks.report import Report

_ROOT = Path(__file__).parents[2]
_COUNT = re.compile(r'(errors|failures|tests)="(\d+)"')


def run(minutes: int = 25) -> Report:
    """Run the tests of the laws, for at most `minutes`."""
    report = Report("laws", "the laws of the conversation hold for each phrase, in each state and language")
    if importlib.util.find_spec("xdist") is None:
        report.skipped = "pytest is not installed: run scripts/setup --tests"
        return report
    with tempfile.TemporaryDirectory(prefix="openear-soak-") as folder:
        results = Path(folder) / "results.xml"
        ended = _play(results, minutes)
        counts = _counts(results) if ended else {}
    report.hold("ended within its minutes", ended, promised=True)
    report.tell("tests at full length", counts.get("tests", 0))
    report.hold("laws broken", counts.get("failures", 0) + counts.get("errors", 0))
    report.hold("tests were found", counts.get("tests", 0) > 0 or not ended, promised=True)
    return report


def _play(results: Path, minutes: int) -> bool:
    """Run the tests. Returns whether they ended in time."""
    command = [sys.executable, "-m", "pytest", "tests/engine", "-m", "thorough", "--thorough"]
    command += ["-n", str(os.cpu_count() or 1), "--dist", "loadfile", f"--junitxml={results}"]
    with subprocess.Popen(command, cwd=_ROOT) as process:
        try:
            process.wait(60 * minutes)
        except subprocess.TimeoutExpired:
            process.kill()
            return False
    return True


def _counts(results: Path) -> dict[str, int]:
    """The numbers of tests, failures and errors, as pytest counted them."""
    if not results.exists():
        return {"errors": 1}
    return {name: int(number) for name, number in _COUNT.findall(results.read_text(encoding="utf-8"))[:3]}
