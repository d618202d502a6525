"""The forms of NHS numbers and National Insurance numbers."""

from bot.stories.redaction.forms import END, START, A, Form, S, W, pattern

#: What may separate two digits of one number.
GAP = rf"[{S}.()/_*~-]{{0,3}}"
_NHS_GAP = rf"[{S}./-]{{0,3}}"
_NHS = rf"(?:^|[^\d+])(\d{{3}}{_NHS_GAP}\d{{3}}{_NHS_GAP}\d{{4}})(?:\D|$)"
_SPREAD_NHS = rf"(?:^[{S}.-]?|[^\d+{S}.-]|[^\d][{S}.-])(\d(?:[{S}.-]\d){{9}})(?:[{S}.-]?$|[^\d{S}.-]|[{S}.-]\D)"
_NAMED_NHS = rf"(?:^|[^{W}])n\.?h\.?s[^{W}]\D{{0,19}}([1-9](?:{GAP}\d){{9}})(?:\D|$)"
_COUNTRY_CODE = pattern(r"\+\d{1,3} $")


def _checked(text: bytes, start: int, end: int) -> bool:
    """Whether ten digits end in the check digit of an NHS number (modulus 11) and do not follow a country code."""
    digits = [octet - 48 for octet in text[start:end] if 48 <= octet <= 57]
    check = -sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return check == digits[9] and not _COUNTRY_CODE.search(text[max(start - 5, 0) : start])


_NI_GAP = rf"[{S}./:_-]{{0,2}}"
_NI_DIGITS = rf"(?:{_NI_GAP}\d){{6}}"
_NI_START = rf"(?:Q[{S}]?Q|[A-CEGHJ-PR-TW-Z][{S}]?[A-CEGHJ-NPR-TW-Z])"  # QQ: in examples
_NI = rf"{START}({_NI_START}{_NI_DIGITS}{_NI_GAP}[A-D]){END}"
_NAMED_NI = rf"(?:^|[^{W}])(?:NI|nino|insurance)[^{W}](?:\D{{0,18}}?[^{W}\d])?({_NI_START}{_NI_DIGITS})(?:[^\d{A}]|$)"
_NOT_ISSUED = pattern("BG|GB|KN|NK|NT|TN|ZZ")
_WORDS = pattern(rf"(?:a[mst]|by|ha|[hmw]e|my|la|le|na|[st]e|ya|za)[^{W}](?s:.)+[{S}](?-i:a)$")


def _issued(text: bytes, start: int, end: int) -> bool:
    """Not with letters that are never issued, nor "at 10 20 30 a day"."""
    return not _NOT_ISSUED.match(text, start) and not _WORDS.match(text[start:end])


FORMS = (
    Form("nhs-number", pattern(_NHS), _checked),
    Form("nhs-number", pattern(_SPREAD_NHS), _checked),
    Form("nhs-number", pattern(_NAMED_NHS)),
    Form("ni-number", pattern(_NI), _issued),
    Form("ni-number", pattern(_NAMED_NI), _issued),
)
