"""A page of HTML that prints, opens in a word processor and loads nothing: a document, its sections, lists and tables.

All text is escaped here unless it is `Markup`, which only the functions of this
module make. Must not know what a paper is about.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

#: On every paper.
WARNING = "Draft: a data protection officer must check and sign."

_STYLE = """
@page { size: A4; margin: 18mm 16mm }
@page wide { size: A4 landscape; margin: 14mm }
body { font: 11pt/1.5 Arial, "Noto Sans", sans-serif; color: #1a1d24; background: #fff; max-width: 62rem;
  margin: 2rem auto; padding: 0 1.2rem }
h1 { font-size: 22pt; line-height: 1.2; margin: 0 0 .4rem }
h2 { font-size: 15pt; margin: 2.2rem 0 .5rem; border-bottom: 2px solid #2b4a6f; padding-bottom: .2rem }
h3 { font-size: 12pt; margin: 1.3rem 0 .3rem }
h2, h3, caption { break-after: avoid; page-break-after: avoid }
p, li { margin: .35rem 0; overflow-wrap: anywhere } p { max-width: 48rem } ul, ol { padding-inline-start: 1.4rem }
table { border-collapse: collapse; width: 100%; margin: .8rem 0 1.2rem; font-size: 9.5pt; line-height: 1.4 }
caption { text-align: start; font-weight: bold; padding: .2rem 0 .4rem }
th, td { border: 1px solid #8d96a5; padding: 5px 7px; vertical-align: top; text-align: start;
  overflow-wrap: break-word }
thead th { background: #e8edf4 } tbody th { font-weight: bold; background: #f7f8fa }
tr { break-inside: avoid; page-break-inside: avoid } thead { display: table-header-group }
code { font-family: Consolas, "DejaVu Sans Mono", monospace; font-size: .92em }
mark { background: #fff0a8; border-bottom: 1px solid #7a6400; padding: 0 .15em; -webkit-print-color-adjust: exact;
  print-color-adjust: exact }
.draft { border: 2px solid #a35200; background: #fff6ea; padding: .5rem .8rem; max-width: none }
.wide { page: wide } .wide table { font-size: 8.5pt }
.high { color: #8c1410 } .medium { color: #7a4b00 } .low { color: #1d5b2c }
.high, .medium, .low { font-weight: bold }
.flow { list-style: none; padding: 0; display: flex; gap: 1.5rem; font-size: 8.5pt; line-height: 1.35 }
.flow li { position: relative; flex: 1 1 0; min-width: 0; border: 1.5px solid #2b4a6f; border-radius: .4rem;
  padding: .4rem .6rem }
.flow li + li::before { content: "\\2192"; position: absolute; inset-inline-start: -1.3rem; top: 30%; font-size: 13pt }
"""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def html(value: object) -> Markup:
    """`value` as HTML: escaped, unless it is HTML."""
    return value if isinstance(value, Markup) else Markup(escape(str(value)))


def says(template: str, values: Mapping[str, object] | None = None, /, **more: object) -> Markup:
    """A sentence with its placeholders filled; sentence and values are escaped. Text in `backticks` is a command."""
    filled = {name: html(value) for name, value in {**(values or {}), **more}.items()}
    pieces = escape(template, quote=False).split("`")
    marked = (f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces))
    return Markup("".join(marked).format_map(filled))


def blank(what: str) -> Markup:
    """What only people can know: a marked place to write."""
    return Markup(f"<mark>{escape(what)}: ________</mark>")


def joined(parts: Iterable[object], between: str = " ") -> Markup:
    """Several pieces as one."""
    return Markup(escape(between).join(html(part) for part in parts))


def lines(parts: Iterable[object]) -> Markup:
    """Several pieces, each on a line of its own."""
    return Markup("<br>".join(html(part) for part in parts))


def paragraph(*parts: object) -> Markup:
    """One paragraph."""
    return Markup(f"<p>{joined(parts)}</p>")


def listing(items: Iterable[object], kind: str = "") -> Markup:
    """A list; of the kind `flow` one whose items follow each other."""
    tag, marker = ("ol", f' class="{escape(kind)}"') if kind else ("ul", "")
    return Markup(f"<{tag}{marker}>" + "".join(f"<li>{html(item)}</li>" for item in items) + f"</{tag}>")


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """A table with a caption; the first cell of each row is its heading."""
    top = "".join(f'<th scope="col">{html(head)}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{html(row[0])}</th>' + "".join(f"<td>{html(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    return Markup(
        f"<table><caption>{html(caption)}</caption>\n<thead><tr>{top}</tr></thead>\n<tbody>{body}</tbody></table>"
    )


def section(title: str, *parts: Markup, level: int = 2, wide: bool = False) -> Markup:
    """A heading and what stands under it; a wide one is printed across."""
    kind = ' class="wide"' if wide else ""
    return Markup(f"<section{kind}>\n<h{level}>{html(title)}</h{level}>\n" + "\n".join(parts) + "\n</section>")


def document(title: str, stamp: object, *parts: Markup, language: str = "en-GB", direction: str = "ltr") -> str:
    """The whole page. `stamp` says what it is and of which day, in English."""
    head = (
        f'<!doctype html>\n<html lang="{escape(language)}" dir="{escape(direction)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{html(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{html(title)}</h1>\n"
    )
    english = "" if language.startswith("en") else ' lang="en-GB" dir="ltr"'
    notice = f'<p class="draft"{english}><strong>{html(WARNING)}</strong> {html(stamp)}</p>\n'
    return head + notice + "\n".join(parts) + "\n</main>\n</body>\n</html>\n"
