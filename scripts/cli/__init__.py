"""The `openear` command: one file a noun. Use cases in `bot/` decide; commands read what was typed and show answers."""

from scripts.cli.main import main

__all__ = ["main"]
