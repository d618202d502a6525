"""The forms of British postcodes."""

from bot.stories.redaction.forms import END, START, Form, S, pattern

_AREA = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|"
    "G|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|"
    "NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|"
    "WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)
_LONG_AREA = "|".join(area for area in _AREA.split("|") if len(area) == 2)
_INWARD = r"[ABD-HJLNP-UW-Z]{2}"
_OUTWARD = r"(?:\d[\dO]?|\d[A-HJKPSTUW-Y])"
_POSTCODE = (
    rf"{START}(GIR[{S}]?0AA|(?:{_AREA}){_OUTWARD}(?:[{S}._-]{{0,3}}|,)\d{_INWARD}"
    rf"|(?:{_LONG_AREA}){_OUTWARD}[{S}]\d[{S}]{_INWARD}"
    rf"|(?-i:(?:{_AREA})[{S}]?{_OUTWARD}[{S}]{{1,2}}\d[{S}]?{_INWARD})"
    rf"|(?-i:(?:{_AREA}){_OUTWARD}[{S}]?O){_INWARD}"
    rf"|[A-Z][{S}](?:[A-Z][{S}])?\d[{S}](?:[\dA-Z][{S}]){{0,2}}\d[{S}][A-Z][{S}][A-Z]){END}"
)
_WORDS = pattern(
    rf"(?-i:[{S}]\d[{S}]?(?:st|nd|rd|th|er|ra|da|de|ta|hr|yr|ft|lb)$|^[wml]8[{S}][24](?:us|ur)$"
    r"|O(?:NE|UR|UT|LD|WN|FF|DD|PT|AT|RE|ND)$)"
)


def _is_postcode(text: bytes, start: int, end: int) -> bool:
    """Not "E1 5th floor", "N1 2hr later", "w8 4us" or "B1 ONE"."""
    return not _WORDS.search(text[start:end])


FORMS = (Form("postcode", pattern(_POSTCODE), _is_postcode),)
