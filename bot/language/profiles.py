"""Tables for languages that langdetect does not know, in its own form: n-grams and how often they occur.

Used by `detect.py` when it loads. For languages that we offer they are made from our own catalogue; for some that
Londoners speak and we do not offer, from their commonest words, so that they are not taken for one that we do.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from langdetect.utils.ngram import NGram

from bot.language import catalogue

#: Offered languages without a table: written with and without tone marks.
_LACKING = ("yo", "ti")
#: The commonest words of Hausa, Kurdish (Kurmanji) and Igbo: little words make half of any text.
_COMMON = {
    "ha": "da na ta ya ba wani kowa yana suna ko don wannan cikin mutum duk shi ita su mu ku ni kai ne ce zuwa daga "
    "a kan ga wa wanda wadda waɗanda babu akwai hakkin haƙƙin yancin ƙasa kasa mutane aiki gida rayuwa saboda "
    "domin haka kuma amma idan sai har mai masu ana kowane kowace ɗan yan wata cewa yi za iya yin samu tare",
    "ku": "û ku bi ji de heye hemû kes xwe wî an jî di li ya yê ên ê ez tu ew em hûn ne na erê bo ji bo her kesek "
    "maf mafê azadî azad jin mirov kar mal welat civakî divê dikare nikare tê bêtir wek wekî gor gorî hev din "
    "bike bibe be nabe hate were xwedî hene tune gelek dema çi kî kengî kîjan ser nav bin re ra da",
    "ig": "na ka ọ nke mmadụ bụ ya ndị ha onye nwere ike nọ dị ga ma mgbe obodo niile ọbụla n'ime n' ime ihe oke "
    "ikike ruuru kwesiri kwesịrị ọrụ ụlọ anyị unu mụ gị ya bụkwa maọbụ mana maka n'ihi otu abụọ eme ime inwe "
    "ịga bi ebe mba mmekọ a agaghị enweghị ozo ọzọ nile ala aha uche ndụ",
}  # fmt: skip
_MARKS = dict.fromkeys(range(0x300, 0x370))


def own_profiles(folder: Path = catalogue.LOCALES) -> Iterator[str]:
    """The tables, as langdetect reads them (JSON)."""
    for code in _LACKING:
        found = catalogue.catalogue(folder, code, catalogue.DOMAIN)
        texts = [text for key, text in found.texts.items() if not key.startswith("command ")] if found else []
        if texts:
            yield _profile(code, (re.sub(r"{\w+}|[A-Z0-9|]{2,}", " ", text) for text in texts))
    for code, common in _COMMON.items():
        yield _profile(code, [common])


def _profile(code: str, texts: Iterable[str]) -> str:
    frequencies: Counter[str] = Counter()
    for text in texts:
        for variant in {unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text).translate(_MARKS)}:
            gram = NGram()
            for letter in f" {variant.lower()} ":
                gram.add_char(NGram.normalize(letter))
                frequencies.update(found for size in (1, 2, 3) if (found := gram.get(size)))
    totals = [sum(count for one, count in frequencies.items() if len(one) == size) for size in (1, 2, 3)]
    return json.dumps({"name": code, "freq": dict(frequencies), "n_words": totals})
