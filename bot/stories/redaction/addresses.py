"""The forms of e-mail addresses, links and handles, plain or spelled out to avoid filters."""

from bot.stories.redaction.folding import plain
from bot.stories.redaction.forms import END, START, A, Form, S, W, pattern

_PROVIDERS = "gmail|googlemail|hotmail|outlook|yahoo|ymail|icloud|live|msn|aol|proton|protonmail|btinternet|gmx|ukr|wp"
_ENDINGS = "com|org|net|info|edu|gov|uk|app|link|online|shop|pl|ro|lt|ua|fr|tr|pk|bd|np|ng|vn|cn|ru"
#: Endings that are also words ("too much.It is"): a link only with a path, an address only after a clear "at".
_WORDS = "it|es|pt|de|eu|ie|io|al|so|in|ir|me|co|tv|ly|gg|be|ee|to|us|ca"
_SHORTENERS = r"(?:t|wa|fb|m|telegram)\.me|youtu\.be|bit\.ly|goo\.gl|x\.com|linktr\.ee|discord\.gg"
_NETWORKS = "insta|instagram|ig|snap|snapchat|tik ?tok|telegram|twitter|facebook|fb|wechat|skype|viber"


def _spoken(words: str) -> str:
    """The words for a sign, folded like the texts: Indic vowel signs are marks."""
    return "|".join(dict.fromkeys("".join(map(plain, word)) for word in words.split()))


def _small(endings: str) -> str:
    """`endings`, if they do not begin with a capital."""
    return "|".join(f"(?-i:{word[0]}){word[1:]}" for word in endings.split("|"))


def _no_sentence(endings: str) -> str:
    """`endings`, if they do not look like the first word of a sentence: "neither.It"."""
    return f"{_small(endings)}|" + "|".join(f"(?-i:{one[:2].upper()}){one[2:]}" for one in endings.split("|"))


_DOT_WORD = _spoken(
    "dot punto ponto point kropka taškas taskas крапка punct nokta pikë pike chấm دوت نقطة نقطه دات ڈاٹ ডট ਡਾਟ ડોટ डट "
    "டாட்"
)
_AT_WORD = rf"at(?:[{S}]the[{S}]rate)?|a[{S}]còng|" + _spoken(
    "arroba arobase chiocciola małpa malpa собака равлик arond eta آت ات ایٹ অ্যাট এট ਐਟ એટ एट அட்"
)
_BRACKET_AT = rf"[{S}]{{0,2}}[(\[{{<][{S}]?(?:@|a|{_AT_WORD})[{S}]?[)\]}}>][{S}]{{0,2}}"
_SPACED_AT = rf"[{S}]?[-_*]at[-_*][{S}]?|[{S}]?艾特[{S}]?|[{S}]@[{S}]?|@[{S}]?"
_WORD_DOT = (
    rf"(?:[{S}]{{0,2}}[(\[{{<][{S}]?(?:\.|{_DOT_WORD})[{S}]?[)\]}}>][{S}]{{0,2}}|[{S}]{{1,2}}(?:{_DOT_WORD})[{S}]{{1,2}}|"
    rf"[-_*]dot[-_*]|[{S}]?[点點][{S}]?)"
)
_DOT = rf"(?:{_WORD_DOT}|[.。])"
_LABEL = f"[{A}-]+"

# E-mail addresses. Labels have no length limit: text too long for an address is masked as one.
_NAME = rf"[{A}](?:\.?[{A}%+'-])*"
_NO_CAPITAL = rf"(?:(?-i:[a-z0-9_À-֏Ḁ-ỿ-])[{A}-]|(?-i:[A-Z][A-Z0-9_À-֏Ḁ-ỿ-]))[{A}-]*"  # "…@a.org.Thanks"
_EMAIL = rf"{START}({_NAME}@{_LABEL}[.。][{A}-]{{2,}}(?:\.{_NO_CAPITAL}){{0,6}})"
_SHORT_EMAIL = rf"{START}({_NAME}\.?[{S}]?@[{S}]?(?:{_PROVIDERS})(?:[.,]?[{S}]?co[mn]?|\.[{A}]{{2,3}})?){END}"
_SPOKEN_NAME = rf"{_NAME}\.?(?:(?:{_DOT}|[{S}]underscore[{S}]){_LABEL}){{0,2}}"
_HOST = rf"{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}"
_BRACKETED_EMAIL = rf"{START}({_SPOKEN_NAME}{_BRACKET_AT}{_HOST}{_DOT}(?:{_no_sentence(f'{_ENDINGS}|{_WORDS}')})){END}"
_LAST = rf"(?:{_DOT}(?:{_ENDINGS})|[{S}]?[.,][{S}]?(?:com|org|co[{S}]?\.[{S}]?uk))"
#: After the word "at": a provider, or a host with a dot in words, because other hosts could be a sentence.
_CLEAR_HOST = (
    rf"(?:(?:{_PROVIDERS})(?:-[{A}-]*)?(?:{_DOT}{_LABEL}){{0,3}}{_LAST}"
    rf"|{_LABEL}{_WORD_DOT}(?:{_HOST}{_LAST}|(?:{_ENDINGS})))"
)
_SPOKEN_EMAIL = (
    rf"{START}({_SPOKEN_NAME}"
    rf"(?:(?:{_BRACKET_AT}|{_SPACED_AT}){_HOST}{_LAST}|[{S}]{{1,2}}(?:{_AT_WORD})[{S}]{{1,2}}{_CLEAR_HOST})){END}"
)
_NO_NAME = pattern(rf"(?:me|us|it|up|is|am|are|account|e?mail|address|look|work|working|job|page|site|online)[{S}]")
_BREAKING_POINT = pattern(rf"[{S}]at(?:[{S}]the[{S}]rate)?[{S}][^{S}]+[{S}](?:point|punct)[^{W}]")


def _spoken_email(text: bytes, start: int, end: int) -> bool:
    """Not "look at example dot com", nor "I was at breaking point com"."""
    return not (_NO_NAME.match(text, start) or _BREAKING_POINT.search(text, start, end))


# Links: a head, then the longest path.
_HAN, _CJK = "\u3000-\u9fff\uf900-\ufaff", "\u4e00-\u9fff"  # Chinese continues after an address without a space
_JOINT = rf"[/=_-][{_CJK}]*"
_PATH = (
    rf"(?:{_JOINT}|[^{S}<>\"{_HAN}/=_-])*"
    rf"(?:{_JOINT}|[^{S}<>\"{_HAN}/=_\-.,;:!?'()\[\]«»“”‘’…،؛؟۔।॥፣።])"
)
_AFTER_SLASH = rf"(?:[{_CJK}]*{_PATH}|[{_CJK}]+)"
_LINK = rf"{START}([a-z][a-z0-9+.-]{{1,9}}://)"
_WWW_LINK = rf"{START}(www\.)"
_CHAT_LINK = rf"(?:^|[^{A}@.'’-])((?:t|wa)[{S}]?\.[{S}]?me[{S}]?/[{S}]?)"
_HOST_START = f"(?:^|[^{A}@.-])"
_BARE_LINK = (
    rf"{_HOST_START}((?:{_LABEL}\.)*(?:{_LABEL}\.(?:com|org|{_small(_ENDINGS)})|[{A}-]*(?-i:[A-Z])\.(?:{_ENDINGS}))"
    rf"|{_SHORTENERS})(?:[^{A}@]|$)"
)
_WORD_LINK = rf"{_HOST_START}((?:{_LABEL}\.)+(?:{_WORDS})/)"
_SPOKEN_HOST = rf"(?:{_LABEL}{_DOT}){{0,4}}{_LABEL}{_WORD_DOT}"
_SPOKEN_LINK = rf"{_HOST_START}({_SPOKEN_HOST}(?:com|(?:co|gov|org){_DOT}uk|org)){END}"
_SPOKEN_ME = rf"{_HOST_START}({_SPOKEN_HOST}me)(?:[{S}]?/|[{S}]slash(?:[^{W}]|$))"
_SLASHES = rf"(?:(?:[{S}]?/[{S}]?|[{S}]slash[{S}.-])[{A}.-]*[{A}])*"
_ARTICLE = pattern(rf"(?:the|a|un|el|il|le)[{S}]")


def _spoken_link(text: bytes, start: int, _end: int) -> bool:
    """Not "the dot com boom"."""
    return not _ARTICLE.match(text, start)


_PLACEHOLDER = pattern(r"\[(?:phone|email|postcode|nhs-number|ni-number|link|handle)\]")


def _written_out(text: bytes, _start: int, end: int) -> bool:
    """Not before a placeholder, so that masking twice changes nothing."""
    return not _PLACEHOLDER.match(text, end)


# Handles: after an at sign in any script; after the name of a network in Latin letters.
_AT_START = rf"(?:^|[^{A}@.]|(?:^|[^{A}])\.)"
_HANDLE = rf"{_AT_START}(@[A-Za-z_À-֏Ḁ-ỿ])"
_OTHER_HANDLE = rf"{_AT_START}(@[^{A}\PL])"
_NAMED_HANDLE = (
    rf"(?:(?:^|[^{W}])(?:{_NETWORKS})|微信[号號]?)"
    rf"(?:[{S}](?:is|es|me|name|user(?:name)?|id)|[{S}]?[:;=@-]){{1,3}}[{S}]?([a-z])"
)
#: At least three more letters, one of them a digit or an underscore: not "snap: nothing".
_NAMED = pattern(rf"[{A}.]{{2,}}[\d_](?:[{A}.]*[{A}])?|[{A}.][\d_][{A}.]*[{A}]|[\d_][{A}.]+[{A}]")
_PLACE = pattern(rf"@(?:home|work|school|college|uni|night|least|the|my|all)(?:[^{W}]|$)")


def _handle(text: bytes, start: int, _end: int) -> bool:
    """Not "@home all day"."""
    return not _PLACE.match(text, start)


FORMS = (
    Form("email", pattern(_EMAIL)),
    Form("email", pattern(_SHORT_EMAIL)),
    Form("handle", pattern(_HANDLE), _handle, tail=pattern(rf"[{A}.-]*[{A}]")),
    Form("handle", pattern(_OTHER_HANDLE), tail=pattern(rf"[{W}.]*[{W}]")),
    Form("email", pattern(_BRACKETED_EMAIL), _spoken_email),
    Form("email", pattern(_SPOKEN_EMAIL), _spoken_email),
    Form("link", pattern(_SPOKEN_LINK), _spoken_link, tail=pattern(_SLASHES)),
    Form("link", pattern(_SPOKEN_ME), _spoken_link, tail=pattern(_SLASHES)),
    Form("link", pattern(_LINK), tail=pattern(_AFTER_SLASH)),
    Form("link", pattern(_WWW_LINK), _written_out, tail=pattern(_PATH)),
    Form("link", pattern(_CHAT_LINK), tail=pattern(_AFTER_SLASH)),
    Form("link", pattern(_BARE_LINK), tail=pattern(f"(?:/{_AFTER_SLASH})?")),
    Form("link", pattern(_WORD_LINK), tail=pattern(_AFTER_SLASH)),
    Form("handle", pattern(_NAMED_HANDLE), tail=_NAMED),
)
