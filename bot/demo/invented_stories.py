"""Invented stories, made from the parts in `stories.toml`, no two alike."""

import random
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("stories.toml")
_SLOT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class InventedStory:
    """What one invented resident tells: a story in one to three texts, and what would improve things."""

    language: str
    theme: str
    texts: tuple[str, ...]
    wish: str


class InventedStories:
    """The invented stories of one language. Equal `lots` give equal stories."""

    def __init__(self, language: str, lots: random.Random) -> None:
        self._language = language
        self._lots = lots
        self._mark, self._themes = _read()[language]
        self._told: set[tuple[str, ...]] = set()
        self._deck: list[tuple[str, str, str]] = []

    def tell(self) -> InventedStory:
        """A story that was not told before."""
        while True:
            if not self._deck:
                self._deck = self._shuffled()
            theme, story, more = self._deck.pop()
            texts = tuple(self._filled(text) for text in story.split(" || ")) + ((self._filled(more),) if more else ())
            if texts not in self._told:
                self._told.add(texts)
                wish = self._filled(self._lots.choice(self._themes[theme]["wishes"]))
                return InventedStory(self._language, theme, (self._mark + texts[0], *texts[1:]), wish)

    def _shuffled(self) -> list[tuple[str, str, str]]:
        """Each story, alone and with each addition for its theme, shuffled."""
        deck = [
            (theme, story, more)
            for theme, found in self._themes.items()
            for story in found["stories"]
            for more in ("", *found["more"])
        ]
        self._lots.shuffle(deck)
        return deck

    def _filled(self, text: str) -> str:
        return _SLOT.sub(lambda slot: self._lots.choice(slot[1].split("|")), text)


def languages() -> tuple[str, ...]:
    """The languages that have invented stories."""
    return tuple(_read())


def samples(language: str) -> dict[str, str]:
    """One text for each theme, to send from the demo page; in English if `language` has no invented stories."""
    mark, themes = _read().get(language) or _read()["en"]
    return {
        theme: mark + _SLOT.sub(lambda slot: slot[1].split("|")[0], found["stories"][0]).replace(" || ", " ")
        for theme, found in themes.items()
    }


@cache
def _read() -> dict[str, tuple[str, dict[str, Any]]]:
    """By language: its mark and its themes."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {code: (found.pop("mark"), found) for code, found in raw.items()}
