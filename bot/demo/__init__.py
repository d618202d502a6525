"""The demo: an installation of its own, with invented stories, two phones and a clock that can be moved forward.

It drives the real use cases, and never touches another installation.
"""

from pathlib import Path

FOLDER = Path("var/demo")
