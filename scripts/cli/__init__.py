"""The `openear` command: what operators start. One file per noun; no decision is taken here."""

from scripts.cli.main import main

__all__ = ["main"]
