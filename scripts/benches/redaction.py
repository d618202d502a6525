"""How many identifiers are masked, and what is masked without reason, in the texts of `tests/redaction`.

The texts were written together with the forms: the figures say what is known to work and to fail, not what strangers
will write. A second table gives the time that the worst known texts take.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import click

from bot.stories.redaction import find, redact
from scripts.benches.rounds import alternate, seconds

KINDS = ("phone", "email", "postcode", "nhs-number", "ni-number", "link", "handle")
_FOLDER = Path(__file__).parents[2] / "tests" / "redaction"
_NAIVE = re.compile(r"\+?\d[\d ()-]{8,}\d|[\w.+-]+@[\w.-]+\.\w+|https?://\S+|\b[A-Z]{1,2}\d\w? ?\d[A-Z]{2}\b")
#: Pieces that make a hard text when they are repeated; `tests/stories/test_redaction_growth.py` counts
#: what each costs.
WORST = (
    "a-at-a-dot-", "a-dot-", "a_at_b_dot_com_", "a at b dot com ", "look at b dot com ", "it dot it at ", "a (at) a.",
    "a@a.", "a@a.com ", "é@a.com ", "a'+%-.", "the dot com ", "x dot me slash ", "я крапка ", "@aa.", "@home-", "ig: a",
    "http://a.", "www.,,,", "t.me/", "a.", "A.uk.", "1-", "07 ", "0 - 1 - ", "44 - 1 - ", "0/1/", "0-(1) ", "+1 ",
    "0800 123456 ", "07911 123456 ", "01/02/2023 ", "0o", "999 120 ", "nhs ", "ni QQ", "SE15 4", "SE15 4QA ", " ",
    "a\u0301", "0\ufe0f\u20e3", "ﷺ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marked:
    """A text without its marks, and the places that must be masked."""

    language: str
    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Score:
    """For some texts: identifiers, those masked whole, those with the right kind; false masks by kind."""

    marked: int = 0
    masked: int = 0
    named: int = 0
    false: Counter[str] = field(default_factory=Counter)

    @property
    def recall(self) -> float:
        """The share masked whole, in per cent."""
        return 100 * self.masked / self.marked


def corpus(name: str, table: str = "texts") -> list[Marked]:
    """The texts of one file, in its order."""
    content = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return [unmarked(language, text) for language, texts in content[table].items() for text in texts]


def unmarked(language: str, text: str) -> Marked:
    """`text` without its marks, as a resident would send it."""
    pieces = re.split(r"<<|>>", text)
    ends = [sum(map(len, pieces[: number + 1])) for number in range(len(pieces))]
    return Marked(language, "".join(pieces), tuple(zip(ends[:-1:2], ends[1::2], strict=True)))


def score(kind: str, texts: Iterable[Marked]) -> Score:
    """Redaction of `texts`, which mark identifiers of one kind. A mask that is not inside a mark is false."""
    out = Score()
    for one in texts:
        found = find(one.text)
        for start, end in one.marks:
            over = [mask.kind for mask in found if mask.start <= start and end <= mask.end]
            out.marked += 1
            out.masked += bool(over)
            out.named += kind in over
        out.false.update(
            mask.kind for mask in found if not any(a <= mask.start and mask.end <= b for a, b in one.marks)
        )
    return out


def report() -> None:
    """Print the table, the known gaps, false masks in ordinary sentences, and the speed."""
    ordinary = corpus("ordinary")
    innocent = score("", ordinary)
    scores = {kind: score(kind, corpus(kind)) for kind in KINDS}
    false = sum((one.false for one in scores.values()), innocent.false)
    click.echo("kind         texts languages marked masked  recall  so named  false masks   known gaps masked")
    for kind, one in scores.items():
        texts = corpus(kind)
        gaps = score(kind, corpus(kind, "known_gaps"))
        click.echo(
            f"{kind:12} {len(texts):5} {len({text.language for text in texts}):9} {one.marked:6} {one.masked:6} "
            f"{one.recall:6.1f}% {one.named:9} {false[kind]:12}   {gaps.masked} of {gaps.marked}"
        )
    click.echo("(the known gaps are numbers in words and other forms that are missed: see the files)")
    words = sum(len(one.text.split()) for one in ordinary)
    click.echo(
        f"ordinary: {len(ordinary)} sentences, {words} words, {innocent.false.total()} false masks, "
        f"{1000 * innocent.false.total() / words:.1f} per 1,000 words"
    )
    stories = [one.text for one in chain(ordinary, *map(corpus, KINDS))]
    speed = alternate(
        "times the time of one plain pattern over the same texts",
        "",
        lambda: seconds(lambda: [redact(text) for text in stories]),
        lambda: seconds(lambda: [_NAIVE.sub("[x]", text) for text in stories]),
    )
    click.echo(f"speed: {speed.ratio:.0f} {speed.what} (rounds {speed.spread})")
    click.echo("\nworst: milliseconds for a kilobyte of a text of 16 and of 64 kilobytes, the slowest first")
    slow = [(per_kilobyte(piece, 16), per_kilobyte(piece, 64), piece) for piece in WORST]
    for short, long, piece in sorted(slow, key=lambda one: -one[1]):
        click.echo(f"{short:8.2f} {long:8.2f}  {piece!a} over and over")


def worst(piece: str, kilobytes: int) -> str:
    """`piece` repeated for so many kilobytes, and an address at the end."""
    octets = (piece * (kilobytes * 1024 // len(piece.encode()) + 1)).encode()[: kilobytes * 1024]
    return octets.decode(errors="ignore") + " x.com"


def per_kilobyte(piece: str, kilobytes: int) -> float:
    """How many milliseconds each kilobyte of a worst text takes."""
    text = worst(piece, kilobytes)
    return 1000 * seconds(lambda: redact(text)) / kilobytes
