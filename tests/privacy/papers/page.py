"""A paper as a reader sees it: its words, its tags, and one part of it."""

import re
from html.parser import HTMLParser

WARNING = "Draft: a data protection officer must check and sign."
#: The papers in English, which hold places to fill in.
ENGLISH = ("dpia.html", "record-of-processing.html", "appropriate-policy.html")


class Page(HTMLParser):
    """Reads a page and refuses tags that do not match."""

    EMPTY = frozenset({"meta", "br"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.codes: list[str] = []
        self.declared = ""
        self.feed(source)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_decl(self, decl: str) -> None:
        self.declared = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)
        if "code" in self.open:
            self.codes.append(data)

    @property
    def text(self) -> str:
        return plain("".join(self.words))


def plain(text: str) -> str:
    """`text` with one space between words."""
    return re.sub(r"\s+", " ", text)


def part(source: str, heading: str) -> str:
    """What stands under a heading, down to the next one."""
    pieces = re.split(r"<h[23]>", source)
    found = [piece for piece in pieces if piece.startswith(f"{heading}</h")]
    assert len(found) == 1, f"{len(found)} parts are called {heading!r}"
    return found[0]
