"""The HTTP surface: verify, parse, call, answer. Flask only here; no decision is taken here.

`app.create_app` is the door; `openear serve`, `openear web` and the demo open it.
"""
