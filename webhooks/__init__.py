"""The HTTP surface: verify, parse, call, answer. Only here is Flask imported, and decisions are taken in `bot/`."""
