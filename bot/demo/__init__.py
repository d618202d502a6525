"""The demo: an installation of its own with invented stories, two phones and a clock that can be moved forward.

Used by `openear demo` and `webhooks/pages/demo.py`. It drives the real use cases, and must never touch an installation
that is not its own.
"""
