"""Masks what can be found by its form: telephone, NHS and NI numbers, e-mail addresses, links, postcodes, handles.

Pure. It works on a folded copy (plain digits and letters, no
marks, nothing invisible) and maps what it finds back: outside a mask everything stays as it was sent. It knows neither
names nor streets nor numbers in words, and a story can point to one person without any of these: redacted is less than
"nobody can tell whose it is", and nothing here may promise that. Measured by `scripts/bench redaction`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from phonenumbers import Leniency, PhoneNumberMatcher

#: What is masked, as files and pages say it to people.
MASKED = "telephone numbers, e-mail addresses, links, postcodes, NHS numbers, National Insurance numbers and @names"


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with placeholders, and how many of each kind."""

    text: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """From where to where an identifier stands, and its kind."""

    start: int
    end: int
    kind: str


def redact(text: str) -> Redacted:
    """`text` with every identifier that was found replaced by `[kind]`."""
    out: list[str] = []
    at = 0
    found = find(text)
    for one in found:
        out += (text[at : one.start], f"[{one.kind}]")
        at = one.end
    return Redacted("".join((*out, text[at:])), dict(Counter(one.kind for one in found)))


def find(text: str) -> list[Found]:
    """The identifiers in `text`, in order, none overlapping another."""
    copy, places = _folded(text)
    out: list[Found] = []
    at = 0
    for span in _merged(_spans(copy)):
        start, end = places[span.start], places[span.end - 1] + 1
        while unicodedata.category(text[end : end + 1] or " ")[0] == "M":  # accents and keycaps go with their letter
            end += 1
        if start >= at:  # one letter that unfolds into several belongs to the mask before it
            out.append(Found(start, end, span.kind))
            at = end
    return out


def _folded(text: str) -> tuple[str, range | list[int]]:
    """The copy to look at, and for each of its letters the place of the original one."""
    if text.isascii():
        return text, range(len(text))
    table = {ord(letter): _plain(letter) for letter in set(text)}
    copy = text.translate(table)
    if all(len(plain) == 1 for plain in table.values()):
        return copy, range(len(text))
    return copy, [place for place, letter in enumerate(text) for _ in table[ord(letter)]]


@lru_cache(maxsize=8192)
def _plain(letter: str) -> str:
    """One letter as the patterns know it; nothing for what splits a number without being seen."""
    category = unicodedata.category(letter)
    if category[0] == "M" or category == "Cf" or letter in _BLANK:
        return ""
    digit = unicodedata.decimal(letter, None)
    return unicodedata.normalize("NFKC", letter).translate(_SIGNS) if digit is None else str(digit)


def _spans(text: str) -> Iterator[Found]:
    for gate, kind, pattern, holds in _RULES:
        if gate.search(text):
            for match in pattern.finditer(text):
                if holds is None or holds(match):
                    yield Found(*match.span(match.lastindex or 0), kind)
    if _ENOUGH_DIGITS.search(text):
        for number in PhoneNumberMatcher(text, "GB", leniency=Leniency.VALID):
            yield Found(number.start, number.end, "phone")


def _merged(spans: Iterator[Found]) -> list[Found]:
    """Where findings overlap, one mask over all, named after the longest: nothing that was found stays visible."""
    out: list[Found] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if not out or span.start >= out[-1].end:
            out.append(span)
            continue
        last = out.pop()
        kind = max(last, span, key=lambda one: one.end - one.start).kind
        out.append(Found(last.start, max(last.end, span.end), kind))
    return out


def _nhs(match: re.Match[str]) -> bool:
    """Whether ten digits end in the check digit of an NHS number (modulus 11)."""
    digits = [int(letter) for letter in match[0] if letter.isdecimal()]
    check = -sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return check == digits[9]


def _ni(match: re.Match[str]) -> bool:
    """Not "at 10 20 30 a day"."""
    return not re.fullmatch(r"(?i:a[mst]|by|ha|[hmw]e|my|la|le|na|[st]e|ya|za)\b.+\sa", match[0], re.DOTALL)


def _postcode(match: re.Match[str]) -> bool:
    """Not "E1 5th floor", "N1 2hr later" or "w8 4us"."""
    return not re.search(r"\s\d\s?(?:st|nd|rd|th|er|ra|da|de|ta|hr|yr|ft|lb)$|^[wml]8\s[24](?:us|ur)$", match[0])


_BLANK = frozenset("\u115f\u1160\u2065\u3164\uffa0")  # letters that look like nothing
#: Dashes and dots that stand between the groups of a number.
_SIGNS = {ord(sign): plain for signs, plain in (("‐‑‒–—−", "-"), ("·•∙", ".")) for sign in signs}

#: Letters of addresses: Latin, Greek, Cyrillic. Other scripts are written right up to an address without a space.
_A = "a-z0-9_À-֏Ḁ-ỿ"
_HAN = "\u3000-\u9fff\uf900-\ufaff"
_S = r"[\s.()/_*~-]{0,3}"  # what may stand between two digits of one number
_AREAS = (
    "A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?|"
    "M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE"
)
_PROVIDERS = "gmail|googlemail|hotmail|outlook|yahoo|ymail|icloud|live|msn|aol|proton|protonmail|btinternet|gmx|ukr|wp"
_ENDINGS = "com|org|net|info|edu|gov|uk|app|link|online|shop|pl|ro|lt|ua|fr|tr|pk|bd|np|ng|vn|cn|ru"
#: These are words as well ("too much.It is"): a link only with a path, an address only after a visible "at".
_WORDS = "it|es|pt|de|eu|ie|io|al|so|in|ir|me|co|tv|ly|gg|be|ee|to|us|ca"
_SHORTENERS = r"(?:t|wa|fb|m|telegram)\.me|youtu\.be|bit\.ly|goo\.gl|x\.com|linktr\.ee|discord\.gg"


def _spoken(words: str) -> str:
    """Words for a sign, folded as the texts are: Indic vowel signs are marks."""
    return "|".join(dict.fromkeys("".join(map(_plain, word)) for word in words.split()))


_DOT_WORD = _spoken(
    "dot punto ponto point kropka taškas taskas крапка punct nokta pikë pike chấm دوت نقطة نقطه دات ڈاٹ ডট ਡਾਟ ડોટ डट "
    "டாட்"
)
_AT_WORD = (  # "at breaking point"
    r"(?:at(?:\sthe\srate)?(?!\s\S+\s(?:point|punct)\b)|a\scòng|"
    rf"{_spoken('arroba arobase chiocciola małpa malpa собака равлик arond eta آت ات ایٹ অ্যাট এট ਐਟ એટ एट அட்')})"
)
_BRACKET_AT = rf"\s{{0,2}}[(\[{{<]\s?(?:@|a|{_AT_WORD})\s?[)\]}}>]\s{{0,2}}"
_SPACED_AT = r"\s?[-_*]at[-_*]\s?|\s?艾特\s?|\s@\s?|@\s?"
_SHOWN_DOT = (
    rf"(?:\s{{0,2}}[(\[{{<]\s?(?:\.|{_DOT_WORD})\s?[)\]}}>]\s{{0,2}}|\s{{1,2}}(?:{_DOT_WORD})\s{{1,2}}|"
    r"[-_*]dot[-_*]|\s?[点點]\s?|[.。])"
)
_NO_NAME = r"(?!(?:me|us|it|up|is|am|are|account|e?mail|address|look|work|working|job|page|site|online)\s)"
_LABEL = rf"[{_A}-]{{1,63}}"
_NAME = rf"(?<![{_A}])[{_A}](?:[{_A}%+'-]|\.(?!\.)){{0,63}}"
_EMAIL = rf"{_NAME}(?<!\.)@{_LABEL}[.。][{_A}-]{{2,63}}(?:\.(?!(?-i:[A-Z][a-z]))[{_A}-]{{2,24}}){{0,6}}"
_SHORT_EMAIL = rf"{_NAME}\s?@\s?(?:{_PROVIDERS})(?:[.,]?\s?co[mn]?|\.[{_A}]{{2,3}})?(?![{_A}])"
_HOST = rf"{_LABEL}(?:{_SHOWN_DOT}{_LABEL}){{0,3}}"
_OBSCURED_EMAIL = (
    rf"{_NO_NAME}{_NAME}(?:(?:{_SHOWN_DOT}|\sunderscore\s){_LABEL}){{0,2}}(?:{_BRACKET_AT}{_HOST}{_SHOWN_DOT}(?!(?-i:[A-Z][a-z]))(?:{_ENDINGS}|{_WORDS})|"
    rf"(?:{_BRACKET_AT}|{_SPACED_AT}|\s{{1,2}}{_AT_WORD}\s{{1,2}}(?=(?:{_PROVIDERS})\b|{_LABEL}(?![.。]){_SHOWN_DOT}))"
    rf"{_HOST}(?:{_SHOWN_DOT}(?:{_ENDINGS})|\s?[.,]\s?(?:com|org|co\s?\.\s?uk)))(?![{_A}])"
)
_HANDLE = (
    rf"(?<![{_A}@])(?<![{_A}]\.)@(?!(?:home|work|school|college|uni|night|least|the|my|all)\b)"
    rf"(?:(?!\d)[{_A}][{_A}.-]*[{_A}]|(?![{_A}])[^\W\d][\w.]*\w)"
)
_NETWORKS = "insta|instagram|ig|snap|snapchat|tik ?tok|telegram|twitter|facebook|fb|wechat|skype|viber"
_NAMED_HANDLE = (
    rf"(?:\b(?:{_NETWORKS})\b|微信[号號]?)(?:\s(?:is|es|me|name|user(?:name)?|id)|\s?[:;=@-]){{1,3}}"
    rf"\s?([a-z](?=[{_A}.]*[\d_])[{_A}.]{{2,40}}[{_A}])"
)
_PATH = rf"(?:[^\s<>\"{_HAN}]|(?<=[/=_-])[\u4e00-\u9fff]+)+(?<![.,;:!?'()\[\]«»“”‘’…،؛؟۔।॥፣።])"
_LINK = rf"(?:(?<![{_A}])[a-z][a-z0-9+.-]{{1,9}}://|(?<![{_A}])www\.){_PATH}"
_NO_SENTENCE = r"(?:(?<=(?-i:[A-Z])\.)|(?!(?-i:[A-Z])))"  # "neither.Online forms", "here.UK is"
_BARE_LINK = (
    rf"(?<![{_A}@.'’-])(?:t|wa)\s?\.\s?me\s?/\s?{_PATH}"
    rf"|(?<![{_A}@.-])(?:(?:{_LABEL}\.){{1,8}}(?:com|org|{_NO_SENTENCE}(?:{_ENDINGS}))|{_SHORTENERS})(?![{_A}@])(?:/{_PATH})?"
    rf"|(?<![{_A}@.-])(?:{_LABEL}\.){{1,8}}(?:{_WORDS})/{_PATH}"
)
_OBSCURED_LINK = (
    rf"(?!(?:the|a|un|el|il|le)\s)(?<![{_A}@.-])(?:{_LABEL}{_SHOWN_DOT}){{0,4}}{_LABEL}(?![.。]){_SHOWN_DOT}"
    rf"(?:com|org|(?:co|gov|org){_SHOWN_DOT}uk|me(?=\s?(?:/|slash\b)))(?![{_A}])(?:\s?(?:/|\bslash\b)\s?[{_A}.-]*[{_A}])*"
)
_NHS = r"(?<![\d+])(?<!\+\d )(?<!\+\d\d )(?<!\+\d\d\d )\d{3}[\s./-]{0,3}\d{3}[\s./-]{0,3}\d{4}(?!\d)"
_SPREAD_NHS = r"(?<![\d+])(?<!\d[\s.-])\d(?:[\s.-]\d){9}(?![\s.-]?\d)"
_NAMED_NHS = rf"\bn\.?h\.?s\b\D{{0,20}}((?!0)\d(?:{_S}\d){{9}})(?!\d)"
_NI_START = r"(?:Q\s?Q|(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z]\s?[A-CEGHJ-NPR-TW-Z])"  # QQ stands in examples
_NI = rf"(?<![{_A}]){_NI_START}(?:[\s./:_-]{{0,2}}\d){{6}}[\s./:_-]{{0,2}}[A-D](?![{_A}])"
_NAMED_NI = rf"\b(?:NI|nino|insurance)\b\D{{0,20}}?\b({_NI_START}(?:[\s./:_-]{{0,2}}\d){{6}})(?![\d{_A}])"
_INWARD = r"[ABD-HJLNP-UW-Z]{2}"
_OUTWARD = r"(?:\d[\dO]?|\d[A-HJKPSTUW-Y])"
_POSTCODE = (
    rf"(?<![{_A}])(?:GIR\s?0AA|(?:{_AREAS}){_OUTWARD}(?:[\s._-]{{0,3}}|,)\d{_INWARD}"
    rf"|(?=[A-Z]{{2}}\d)(?:{_AREAS}){_OUTWARD}\s\d\s{_INWARD}"
    rf"|(?-i:(?:{_AREAS})\s?{_OUTWARD}\s{{1,2}}\d\s?{_INWARD})"
    rf"|(?-i:(?:{_AREAS}){_OUTWARD}\s?O(?!NE|UR|UT|LD|WN|FF|DD|PT|AT|RE|ND)){_INWARD}"
    rf"|[A-Z]\s(?:[A-Z]\s)?\d\s(?:[\dA-Z]\s){{0,2}}\d\s[A-Z]\s[A-Z])(?![{_A}])"
)
# British forms whether given out or not, since people invent numbers, and whatever begins with a country's code.
_NO_DATE = r"(?!\d\d?[\s./-]\d\d?[\s./-](?:19|20)\d\d(?!\d))"
_ALONE = r"(?<!\d)(?<!\d[,.-])(?:(?<!\d/)|(?<=\d{6}/))"
_BRITISH = (
    rf"{_ALONE}{_NO_DATE}(?:\((?=0\d{{0,5}}\)))?(?:0|(?<!\w)o)(?=[\s)]{{0,2}}[1-35789])"
    rf"(?:{_S}(?:\d|o(?=[\s-]?[\do]))){{9}}{_S}\d(?!\d)"
    rf"|{_ALONE}0[.-][1-35789](?:[.-]\d){{9}}(?![.-]?\d)"
)
_ABROAD = (
    rf"(?<![\d+])(?:\((?=\+\s?\d{{1,3}}\)))?\+\s?\(?\d(?:{_S}\d){{7,14}}(?!\d)"
    rf"|{_ALONE}00{_S}[1-9](?:{_S}\d){{8,13}}(?!\d)"
)
_BARE_44 = rf"{_ALONE}(?<!\+)44[\s-]?(?:\(?0\)?\s?)?[1237](?:[\s-]?\d){{9}}(?!\d)"
_AMERICAN = r"(?<![\d.,/-])(?:1[\s.-])?(?:\(\d{3}\)\s?|\d{3}[.-])\d{3}[.-]\d{4}(?![.-]?\d)"
_PLUS_BEHIND = r"(?<!\d)[1-9]\d{9,14}\+(?!\d)"  # as it comes out where one writes from right to left

#: The library looks for numbers slowly; the shortest valid ones have eight digits with no letter between them.
_ENOUGH_DIGITS = re.compile(r"(?<!\d)[+0](?:[^\w£€$%]{0,4}\d){7}")
_DOT_AND_ENDING = rf"(?:[.,。)\]}}>点點]|{_DOT_WORD})[\s_*-]{{0,2}}(?:{_ENDINGS}|{_WORDS})(?![{_A}])"
_SIX_DIGITS = r"(?:\d\D{0,3}){6}"
#: What a text must hold to be worth the search; the kind; what to search for; what else must hold.
_RULES = tuple(
    (re.compile(gate, re.IGNORECASE), kind, re.compile(pattern, re.IGNORECASE), holds)
    for gate, kind, pattern, holds in (
        ("@", "email", rf"{_EMAIL}|{_SHORT_EMAIL}", None),
        ("@", "handle", _HANDLE, None),
        (_DOT_AND_ENDING, "email", _OBSCURED_EMAIL, None),
        (_DOT_AND_ENDING, "link", _OBSCURED_LINK, None),
        (r"\w\.\w|://|\bme\s?/", "link", rf"{_LINK}|{_BARE_LINK}", None),
        (rf"(?:{_NETWORKS})\b|微信", "handle", _NAMED_HANDLE, None),
        (rf"[\dO]\s?[A-Z]\s?[A-Z](?![{_A}])", "postcode", _POSTCODE, _postcode),
        (_SIX_DIGITS, "nhs-number", rf"{_NHS}|{_SPREAD_NHS}", _nhs),
        (_SIX_DIGITS, "nhs-number", _NAMED_NHS, None),
        (_SIX_DIGITS, "ni-number", _NI, _ni),
        (_SIX_DIGITS, "ni-number", _NAMED_NI, None),
        (_SIX_DIGITS, "phone", "|".join((_BRITISH, _ABROAD, _PLUS_BEHIND, _BARE_44, _AMERICAN)), None),
    )
)
