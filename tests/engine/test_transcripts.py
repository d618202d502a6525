"""Every conversation of `tests/transcripts/` goes as written: the specification to read.

`kit/transcripts.py` says how a transcript is written.
"""

import tomllib
from pathlib import Path

import pytest
from kit.transcripts import play, record

FOLDER = Path(__file__).parents[1] / "transcripts"
FILES = sorted(FOLDER.glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_the_conversation_goes_as_written(path: Path, pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--record"):
        record(path)
    play(path)


def test_there_are_at_least_eighty_conversations_over_six_languages() -> None:
    spoken = {
        turn["language"] for path in FILES for turn in tomllib.loads(path.read_text())["turn"] if "language" in turn
    }
    assert len(FILES) >= 80
    assert spoken >= {"en", "es", "pl", "so", "ar", "ta"}
