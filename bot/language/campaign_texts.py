"""Which entries of a campaign's TOML are texts, and under which key: one list for translators and for sending. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any


def campaign_texts(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(context, English) of every text in a campaign's TOML that residents or organisers see."""
    for name in ("name", "short_name"):
        yield f"organisers {name}", raw["organisers"][name]
    yield from raw.get("texts", {}).items()
    for step in raw.get("step", []):
        yield f"step {step['id']}", step["text"]
        for choice in step.get("choices", []):
            yield f"choice {step['id']} {choice['id']}", choice["text"]
    for theme in raw.get("theme", []):
        yield f"theme {theme['id']}", theme["text"]
