"""Which language words are in: sure, or an honest "not sure"."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.campaigns import load_campaigns
from bot.language.detect import detect, guess_language, prepare, sure
from bot.language.profiles import UNKNOWN, Profile, Tables, profiles

WORDINGS, CATALOGUES = load_campaigns(drafts=True)
THRIVE = WORDINGS["thrive"].campaign
profile = settings(derandomize=True, database=None, deadline=None)

SENTENCES = {
    "en": [
        "My rent has gone up again and I cannot sleep",
        "We wait three weeks for a doctor",
        "there is mould in the kids room",
    ],
    "es": [
        "El alquiler ha subido otra vez y no puedo dormir",
        "Esperamos tres semanas para ver al médico",
        "hay humedad en el cuarto de los niños",
    ],
    "pl": [
        "Czynsz znowu wzrósł i nie mogę spać po nocach",
        "Czekamy trzy tygodnie na wizytę u lekarza",
        "w pokoju dzieci jest pleśń na ścianie",
    ],
    "so": [
        "Kirada guriga ayaa kor u kacday mar kale",
        "Waxaan sugnaa saddex toddobaad si aan dhakhtar u aragno",
        "qolka carruurta qoyaan ayaa ku jira",
    ],
    "ar": ["ارتفع الإيجار مرة أخرى ولا أستطيع النوم", "ننتظر ثلاثة أسابيع لرؤية الطبيب", "هناك عفن في غرفة الأطفال"],
    "ta": ["வாடகை மீண்டும் உயர்ந்துவிட்டது", "மருத்துவரைப் பார்க்க மூன்று வாரங்கள் காத்திருக்கிறோம்", "குழந்தைகள் அறையில் பூஞ்சை"],
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in SENTENCES.items() for text in texts])
def test_a_sentence_is_known_by_its_language(code: str, text: str) -> None:
    assert guess_language(text, THRIVE.vocabulary) == code


@pytest.mark.parametrize(
    "word",
    [
        "no",
        "si",
        "ok",
        "hola",
        "ola",
        "hi",
        "yes",
        "tak",
        "haa",
        "ja",
        "casa",
        "STOP",
        "12345",
        "👍",
        "?",
        "",
        " ",
        "a",
        "LRMN",
        "\u200b",
        "London",
        "mami",
    ],
)
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
        ("en", "the flat is cold"),
        ("es", "no tenemos calefacción"),
        ("pt", "não temos aquecimento"),
        ("it", "la casa è fredda"),
        ("fr", "il fait froid"),
        ("pl", "dom jest zimny"),
        ("lt", "namai labai šalti"),
        ("sq", "shtëpia është ftohtë"),
        ("tr", "ev çok soğuk"),
        ("so", "guriga waa qabow"),
        ("yo", "owo ile ti ga ju"),
        ("vi", "tôi không ngủ được"),
        ("uk", "у мене немає роботи"),
        ("ar", "البيت بارد جدا"),
        ("fa", "اجاره خیلی گران"),
        ("ur", "مکان بہت ٹھنڈا"),
        ("ne", "घर धेरै चिसो"),
        ("ti", "ክራይ ገዛ ደጊሙ"),
        ("zh-Hans", "房租太贵"),
        ("zh-Hant", "租金好貴"),
        ("zh-Hant", "我哋屋企好凍"),
    ],
)
def test_a_few_words_are_known_beside_their_relatives(code: str, text: str) -> None:
    assert answer(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "घर बहुत ठंडा है",
        "gidan yana da sanyi sosai",
        "mal pir sar e",
        "ụlọ ahụ dị oyi",
        "nyumba ni baridi sana",
        "ቤቱ በጣም ቀዝቃዛ ነው",
        "ev çox soyuqdur",
        "کور ډېر سوړ دی",
        "ماڵەکە زۆر ساردە",
        "kër gi dafa sedd lool",
        "die Wohnung ist sehr kalt",
        "дом очень холодный",
        "gida ba shi da dumi",
        "malê me ne germ e",
        "galle oo ina buuɓi",
        "so ni nɛnɛ bɛ ka bon",
        "ua anuanu loa ka hale",
        "he makariri rawa te whare",
        "mangatsiaka be ny trano",  # no table knows these three
    ],
)
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
