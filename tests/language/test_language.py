"""Languages: what an SMS costs, which language words are in, texts filled and ready, catalogues without mistakes."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
import regex
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.campaigns import load_campaigns
from bot.campaigns.review import problems_of
from bot.campaigns.sms_cost import bill
from bot.engine.model import Channel, Choice, Reply, Say
from bot.errors import CatalogueError
from bot.language import catalogue
from bot.language.detect import detect, guess_language, prepare, sure
from bot.language.profiles import UNKNOWN, Profile, Tables, profiles
from bot.language.sms_parts import Parts, count, outside_gsm7
from bot.language.texts import TEXTS
from scripts.cli.locales import locales

WORDINGS, CATALOGUES = load_campaigns(drafts=True)
WORDING = WORDINGS["thrive"]
THRIVE = WORDING.campaign
BUSES = load_campaigns(Path(__file__).parents[1] / "campaigns", drafts=True)[0]["buses"]
profile = settings(derandomize=True, database=None, deadline=None)

# SMS parts


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("a" * 459, "GSM-7", 459, 3),
        ("a" * 460, "GSM-7", 460, 4),
        ("é" * 160, "GSM-7", 160, 1),
        ("ñÑüÜöÖäÄàèéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¡¿§£¥¤", "GSM-7", 39, 1),
        ("€" * 80, "GSM-7", 160, 1),  # the extension table counts two
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 159 + "€", "GSM-7", 161, 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),  # an escape is not divided between two parts
        ("^{}\\[~]|€\f", "GSM-7", 20, 1),
        ("á" * 70, "UCS-2", 70, 1),  # á, í, ó, ú and ç are not in GSM-7
        ("á" * 71, "UCS-2", 71, 2),
        ("á" * 134, "UCS-2", 134, 2),
        ("á" * 135, "UCS-2", 135, 3),
        ("a" * 69 + "’", "UCS-2", 70, 1),  # one typographic apostrophe makes the whole text UCS-2
        ("a" * 70 + "’", "UCS-2", 71, 2),
        ("😀" * 35, "UCS-2", 70, 1),  # an emoji is two units
        ("😀" * 36, "UCS-2", 72, 2),
        ("a" * 66 + "😀" + "a" * 66, "UCS-2", 134, 3),  # 66 + 2 > 67: the pair moves, and 66 + 2 again do not fit
        ("வ" * 70, "UCS-2", 70, 1),
        ("நி" * 35, "UCS-2", 70, 1),
        ("நி" * 36, "UCS-2", 72, 2),
        ("سلام", "UCS-2", 4, 1),
        ("`", "UCS-2", 1, 1),  # the grave accent is not in GSM-7
        ("ç", "UCS-2", 1, 1),  # only the capital Ç is
        ("\t", "UCS-2", 1, 1),
    ],
)
def test_parts_are_counted_as_twilio_counts_them(text: str, encoding: str, units: int, parts: int) -> None:
    assert count(text) == Parts(encoding, units, parts)


FAMILY = "👨‍👩‍👧‍👦"  # one grapheme of eleven units
FLAG = "🇵🇱"


@pytest.mark.parametrize(
    ("before", "grapheme"),
    [(60, FAMILY), (64, FLAG), (66, "நி"), (65, "e\u0301\u0323"), (66, "👍🏿"[:1]), (64, "👍🏿")],
)
def test_a_grapheme_is_never_divided_between_two_parts(before: int, grapheme: str) -> None:
    """Filled up to where the grapheme does not fit any more, it moves to the second part as a whole."""
    size = len(grapheme.encode("utf-16-le")) // 2
    room = 67 - before
    assert room < size, "this row of the table tests nothing"
    tail = 67 - size
    assert count("я" * before + grapheme + "я" * tail).parts == 2
    assert count("я" * before + grapheme + "я" * (tail + 1)).parts == 3


@settings(profile, max_examples=400)
@given(st.text(max_size=500))
def test_parts_hold_all_units_and_no_more_than_they_must(text: str) -> None:
    found = count(text)
    single, several = (160, 153) if found.encoding == "GSM-7" else (70, 67)
    longest = max((len(one.encode("utf-16-le")) // 2 for one in regex.findall(r"\X", text)), default=1)
    if found.units <= single:
        assert found.parts == 1
    else:
        assert -(-found.units // several) <= found.parts
        if longest * 2 <= several:
            assert found.parts <= -(-found.units // (several - longest + 1))
    assert (found.encoding == "GSM-7") == (outside_gsm7(text) == "")


@settings(profile, max_examples=300)
@given(st.text(max_size=200), st.text(max_size=50))
def test_more_text_never_takes_fewer_parts(text: str, more: str) -> None:
    if count(text).encoding == count(text + more).encoding == "GSM-7":
        assert count(text + more).parts >= count(text).parts


# Detection

SENTENCES = {
    "en": [
        "My rent has gone up again and I cannot sleep", "We wait three weeks for a doctor",
        "there is mould in the kids room",
    ],
    "es": [
        "El alquiler ha subido otra vez y no puedo dormir", "Esperamos tres semanas para ver al médico",
        "hay humedad en el cuarto de los niños",
    ],
    "pl": [
        "Czynsz znowu wzrósł i nie mogę spać po nocach", "Czekamy trzy tygodnie na wizytę u lekarza",
        "w pokoju dzieci jest pleśń na ścianie",
    ],
    "so": [
        "Kirada guriga ayaa kor u kacday mar kale", "Waxaan sugnaa saddex toddobaad si aan dhakhtar u aragno",
        "qolka carruurta qoyaan ayaa ku jira",
    ],
    "ar": ["ارتفع الإيجار مرة أخرى ولا أستطيع النوم", "ننتظر ثلاثة أسابيع لرؤية الطبيب", "هناك عفن في غرفة الأطفال"],
    "ta": ["வாடகை மீண்டும் உயர்ந்துவிட்டது", "மருத்துவரைப் பார்க்க மூன்று வாரங்கள் காத்திருக்கிறோம்", "குழந்தைகள் அறையில் பூஞ்சை"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in SENTENCES.items() for text in texts])
def test_a_sentence_is_known_by_its_language(code: str, text: str) -> None:
    assert guess_language(text, THRIVE.vocabulary) == code


@pytest.mark.parametrize(
    "word",
    ["no", "si", "ok", "hola", "ola", "hi", "yes", "tak", "haa", "ja", "casa", "STOP", "12345", "👍", "?", "", " ", "a",
     "LRMN", "\u200b", "London", "mami"],
)  # fmt: skip
def test_one_short_word_is_never_enough(word: str) -> None:
    assert guess_language(word, THRIVE.vocabulary) == ""


def test_one_word_of_a_script_that_one_language_has_is_enough() -> None:
    assert guess_language("வணக்கம்", THRIVE.vocabulary) == "ta"


def test_the_same_text_gives_the_same_answer_every_time() -> None:
    for texts in SENTENCES.values():
        assert len({detect(texts[0], THRIVE.languages) for _ in range(5)}) == 1


def test_only_offered_languages_are_answered() -> None:
    for texts in SENTENCES.values():
        for text in texts:
            code, confidence = detect(text, ["en", "es"])
            assert code in {"en", "es", ""}
            assert 0 <= confidence <= 1


def test_a_sentence_in_a_language_that_is_not_offered_is_not_sure() -> None:
    for text in (SENTENCES["pl"][0], SENTENCES["so"][1], "Ik kan niet slapen omdat de huur weer is gestegen"):
        code, confidence = detect(text, ["en", "es"])
        assert not (code and sure(text, confidence))


@settings(profile, max_examples=400)
@given(st.text(st.characters(exclude_categories=())) | st.text("aeiou ñłżأ்ு😀\0\ufffd\u202e0١?!", max_size=80))
def test_no_junk_makes_detection_raise(text: str) -> None:
    assert guess_language(text, THRIVE.vocabulary) in {"", *THRIVE.languages}
    code, confidence = detect(text, THRIVE.languages)
    assert code in {"", *THRIVE.languages}
    assert 0 <= confidence <= 1


def test_nothing_offered_is_nothing_found() -> None:
    assert detect(SENTENCES["en"][0], []) == ("", 0.0)


def answer(text: str) -> str:
    """The code where it is sure, among all languages that there are."""
    code, confidence = detect(text, CATALOGUES.usable)
    return code if sure(text, confidence) else ""


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "the flat is cold"), ("es", "no tenemos calefacción"), ("pt", "não temos aquecimento"),
        ("it", "la casa è fredda"), ("fr", "il fait froid"), ("pl", "dom jest zimny"), ("lt", "namai labai šalti"),
        ("sq", "shtëpia është ftohtë"), ("tr", "ev çok soğuk"), ("so", "guriga waa qabow"), ("yo", "owo ile ti ga ju"),
        ("vi", "tôi không ngủ được"), ("uk", "у мене немає роботи"), ("ar", "البيت بارد جدا"),
        ("fa", "اجاره خیلی گران"), ("ur", "مکان بہت ٹھنڈا"), ("ne", "घर धेरै चिसो"), ("ti", "ክራይ ገዛ ደጊሙ"),
        ("zh-Hans", "房租太贵"), ("zh-Hant", "租金好貴"), ("zh-Hant", "我哋屋企好凍"),
    ],
)  # fmt: skip
def test_a_few_words_are_known_beside_their_relatives(code: str, text: str) -> None:
    assert answer(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "घर बहुत ठंडा है", "gidan yana da sanyi sosai", "mal pir sar e", "ụlọ ahụ dị oyi", "nyumba ni baridi sana",
        "ቤቱ በጣም ቀዝቃዛ ነው", "ev çox soyuqdur", "کور ډېر سوړ دی", "ماڵەکە زۆر ساردە", "kër gi dafa sedd lool",
        "die Wohnung ist sehr kalt", "дом очень холодный", "gida ba shi da dumi", "malê me ne germ e",
        "galle oo ina buuɓi", "so ni nɛnɛ bɛ ka bon",
        "ua anuanu loa ka hale", "he makariri rawa te whare", "mangatsiaka be ny trano",  # no table knows these three
    ],
)  # fmt: skip
def test_a_language_that_nobody_offers_is_not_taken_for_a_relative(text: str) -> None:
    assert answer(text) == ""


def test_chinese_that_both_ways_of_writing_share_is_not_sure() -> None:
    assert (answer("自由"), answer("任何人"), answer("想知道我的")) == ("", "", "")
    assert (answer("想知道我们的"), answer("想知道我們的")) == ("zh-Hans", "zh-Hant")
    assert (answer("住在后面"), answer("我唔知道")) == ("zh-Hans", "zh-Hant")  # 后 and 唔 are in both character sets


def test_few_words_must_be_surer_than_many() -> None:
    assert sure("one two three four", 0.92)
    assert not sure("one two three", 0.92)
    assert not sure("one", 1.0)


def test_the_posterior_is_a_probability_over_offered_other_and_unknown_languages() -> None:
    likely = prepare().posterior("my rent went up", ["en", "es"])
    assert sum(likely.values()) == pytest.approx(1)
    assert {"en", "so", "de", "ha", UNKNOWN} <= likely.keys()
    assert max(likely, key=likely.__getitem__) == "en"


def test_a_language_without_a_table_is_known_to_be_unknown() -> None:
    for text in ("inzu irakonje cyane", "ñandejára oporandu", "id-dar hija kesħa ħafna"):
        likely = prepare().posterior(text, CATALOGUES.usable)
        assert max(likely, key=likely.__getitem__) == UNKNOWN


def test_the_compact_tables_hold_what_langdetect_counts() -> None:
    few = [Profile("xx", {"a": 3, "an": 2, "and": 1}, [4, 4, 4]), Profile("yy", {"and": 2, "ñ": 1}, [1, 1, 8])]
    tables = Tables(few)
    smoothing = 0.5 / 10_000
    assert tables.codes == ("xx", "yy", UNKNOWN)
    weights = {tables.codes[at]: weight for at, weight in tables.weights("and")}
    assert weights.pop(UNKNOWN) < weights["xx"]
    assert weights == {code: pytest.approx(math.log((smoothing + 0.25) / smoothing)) for code in ("xx", "yy")}
    assert [tables.codes[at] for at, _ in tables.weights("a")] == ["xx", UNKNOWN]
    assert [list(tables.weights(gram)) for gram in ("nd", "\U00010437", "\ud800", "ﷺa")] == [[], [], [], []]


def test_every_language_is_weighed_once() -> None:
    codes = [profile.code for profile in profiles()]
    assert len(codes) == len(set(codes))
    assert set(CATALOGUES.usable) <= set(codes)


# Texts


@pytest.mark.parametrize("language", THRIVE.languages)
def test_every_text_of_every_language_is_filled(language: str) -> None:
    keys = [key for key in TEXTS if not key.startswith("words ")]
    keys += [f"step {one.id}" for one in THRIVE.steps] + ["who", "thanks", "thanks_contact"]
    keys += [f"choice {one.id} {choice}" for one in THRIVE.steps for choice, _label in one.choices]
    for key in keys:
        if key in {"invite", "invite_sms"}:  # filled by the command that prints them
            continue
        found = WORDING.text(key, language)
        assert found.strip(), key
        assert not regex.search(r"[{}]", found), key


@pytest.mark.parametrize("language", THRIVE.languages)
def test_first_names_the_words_that_work_in_its_own_language(language: str) -> None:
    first = WORDING.text("first", language)
    for name in ("yes", "no", "stop", "delete"):
        shown = WORDING.text(f"word {name}", language)
        assert shown in first, name
        assert shown == shown.upper()
    assert "999" in first
    assert "16" in first


def test_dates_are_written_as_each_language_writes_them() -> None:
    assert "15 November" in WORDING.text("thanks", "en")
    assert "15 de noviembre" in WORDING.text("thanks", "es")
    assert "15 listopada" in WORDING.text("thanks", "pl")
    assert "15 December" in WORDING.text("thanks_contact", "en")


@pytest.mark.parametrize(
    ("months", "language", "words"),
    [(12, "en", "1 year"), (24, "en", "2 years"), (18, "en", "18 months"), (1, "en", "1 month"), (12, "es", "1 año"),
     (24, "es", "2 años"), (12, "pl", "rok"), (24, "pl", "2 lata"), (60, "pl", "5 lat"), (18, "pl", "18 miesięcy")],
)  # fmt: skip
def test_the_keeping_period_is_counted_as_each_language_counts(months: int, language: str, words: str) -> None:
    wording = WORDING.for_campaign(replace(THRIVE, story_months=months))
    assert words in wording.text("first", language)


def test_a_text_that_a_language_lacks_is_said_in_english() -> None:
    assert BUSES.text("who", "pl") == BUSES.text("who", "en")
    assert BUSES.text("step journey", "zz") == BUSES.text("step journey", "en")
    assert BUSES.text("help", "pl") == WORDING.text("help", "pl"), "and what it has, in its own"


def test_a_campaign_s_own_text_stands_before_the_system_s() -> None:
    assert BUSES.text("closed", "en") == "The bus survey has ended. Questions? 020 7946 0123"
    assert BUSES.text("closed", "es").startswith("La encuesta ha terminado")


def test_an_unsure_translation_is_never_served(tmp_path: Path) -> None:
    folder = copy_of_locales(tmp_path)
    path = folder / "es" / "LC_MESSAGES" / "openear.po"
    text = path.read_text(encoding="utf-8").replace('msgctxt "stop"', '#, fuzzy\nmsgctxt "stop"', 1)
    path.write_text(text, encoding="utf-8")
    found = catalogue.load(folder)
    assert "stop" in found.system["es"].unsure
    assert found.missing("es") == ["stop"]
    assert "es" not in found.usable, "a language without its safety texts is not offered"


def test_a_list_is_numbered_by_sms_and_tapped_on_telegram() -> None:
    reply = Reply(says=(Say("step area", "en"),), choices=(Choice("area:bexley", "choice area bexley"),))
    lines = WORDING.render(reply, Channel.SMS).splitlines()
    assert lines[1] == "1 Bexley"
    assert lines[-1].startswith("0 ")
    assert WORDING.render(reply, Channel.TELEGRAM) == "Where do you live?"


def test_the_exact_wording_of_a_question_is_kept_for_the_ledger() -> None:
    english, spanish = WORDING.asked("first", "en"), WORDING.asked("first", "es")
    assert english.version == spanish.version, "one version in all languages"
    assert english.sha256 != spanish.sha256
    assert spanish.body == WORDING.text("first", "es")
    assert BUSES.asked("first", "en").version != english.version


# Catalogues


def copy_of_locales(tmp_path: Path) -> Path:
    """languages.toml, Spanish and Polish, to be broken."""
    folder = tmp_path / "locales"
    for name in ("languages.toml", "es/LC_MESSAGES/openear.po", "pl/LC_MESSAGES/openear.po", "es/safety.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((catalogue.LOCALES / name).read_bytes())
    return folder


def test_the_languages_of_the_folder_are_read(tmp_path: Path) -> None:
    found = catalogue.load(copy_of_locales(tmp_path))
    assert found.usable == ["en", "es", "pl"]
    assert found.missing("so") == list(catalogue.NEEDED)


@pytest.mark.parametrize(
    "broken",
    [
        'msgctxt "x"\nmsgid "y"\nmsgstr "z',
        "this is no line of a catalogue",
        'msgid "never closed\nmsgstr ""',
    ],
)
def test_a_broken_line_is_named_with_its_file_and_number(tmp_path: Path, broken: str) -> None:
    folder = copy_of_locales(tmp_path)
    path = folder / "es" / "LC_MESSAGES" / "openear.po"
    text = path.read_text(encoding="utf-8").rstrip("\n") + "\n\n"
    path.write_text(text + broken + "\n", encoding="utf-8")
    first = text.count("\n") + 1
    lines = range(first, first + broken.count("\n") + 2)
    with pytest.raises(CatalogueError) as caught:
        catalogue.load(folder)
    assert str(path) in str(caught.value)
    assert any(f"line {number}" in str(caught.value) for number in lines)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("languages.toml", b"[es"), ("languages.toml", b"[es]\nname = 'x'"),
        ("languages.toml", b"es = 7"),
        ("languages.toml", b"\xff\xfe"),
        ("es/safety.toml", b"danger = 7\nabuse = []"), ("es/safety.toml", b"danger = [7]\nabuse = []"),
        ("es/safety.toml", b"danger = []"), ("es/safety.toml", b"\xff\xfe"),
        ("es/LC_MESSAGES/openear.po", b"\xff\xfe\x00"),
    ],
)  # fmt: skip
def test_a_broken_file_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    folder = copy_of_locales(tmp_path)
    (folder / name).write_bytes(content)
    with pytest.raises(CatalogueError) as caught:
        catalogue.load(folder)
    assert str(folder / name) in str(caught.value)


def test_the_templates_are_as_the_sources_say() -> None:
    done = CliRunner().invoke(locales, ["extract", "--check"])
    assert (done.exit_code, done.output.strip()) == (0, "The templates are up to date.")


@pytest.mark.parametrize("code", ["en", "es", "pl", "so", "ar", "ta"])
def test_every_offered_catalogue_is_complete_and_within_its_budget(code: str) -> None:
    assert problems_of(code, CATALOGUES) == []


@pytest.mark.parametrize(
    "code", [code for code in THRIVE.languages if code not in {"en", "es", "pl", "so", "ar", "ta"}]
)
def test_the_catalogues_of_further_languages_are_complete_too(code: str) -> None:
    assert problems_of(code, CATALOGUES) == []


def test_every_language_of_the_list_is_known_to_babel_and_has_a_direction() -> None:
    for code, language in CATALOGUES.languages.items():
        assert language.locale is not None
        rtl = language.locale.text_direction == "rtl"
        assert (language.direction == "rtl") is rtl, code


def test_a_language_that_has_no_catalogue_is_told_how_to_make_one() -> None:
    assert "openear locales update zz" in problems_of("zz", CATALOGUES)[0]


@pytest.mark.parametrize("language", list(CATALOGUES.languages))
def test_a_conversation_costs_no_more_than_was_promised(language: str) -> None:
    """SMS parts: the short conversation and the full one, in GSM-7 languages and in the others."""
    found = bill(language, WORDING)
    most = (5, 9) if found.encoding == "GSM-7" else (12, 22)
    assert found.short <= most[0]
    assert found.full <= most[1]
