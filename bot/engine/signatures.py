"""What phones add below a resident's words: a signature after a line of dashes, a name after an empty line.

It is never a part of an answer: STOP with a signature is STOP. What is stored stays as it was sent.
"""

import re

#: "Sent from my iPhone" as phones write it in the languages that we offer; the device's name follows.
_SENT_FROM = re.compile(
    r"(?:sent (?:from|via)|get outlook for|enviado (?:desde|do|a partir)|envoy[ée] (?:de|depuis)|inviato da|"
    r"trimis de pe|wys[łl]ano z|надіслано з|отправлено с|d[ëe]rguar nga|i[šs]si[ųu]sta i[šs]|g[öo]nderildi|"
    r"g[ửu]i t[ừu]|发自我的|從我的|أُ?رسلت من|ارسال شده از)",
    re.IGNORECASE,
)
_DASHES = re.compile(r"\s*(?:--|—|__)\s*")
_LONGEST_NAME = 40  # characters of a line that may be a name and a place


def unsigned(text: str) -> str:
    """`text` without a signature below it; `text` itself where it has none, or consists of nothing else."""
    lines = text.strip().split("\n")
    for at, line in enumerate(lines[1:], 1):
        if _DASHES.fullmatch(line) or _SENT_FROM.match(line.strip()) or _names_the_writer(lines, at):
            said = "\n".join(lines[:at]).strip()
            return said or text
    return text


def _names_the_writer(lines: list[str], at: int) -> bool:
    """Whether the line `at` is the last one, short, and stands after an empty line below one short line."""
    last = at == len(lines) - 1
    return (
        last and at == 2 and not lines[1].strip() and 0 < len(lines[at].strip()) <= _LONGEST_NAME and _short(lines[0])
    )


def _short(line: str) -> bool:
    return len(line.split()) <= 2
