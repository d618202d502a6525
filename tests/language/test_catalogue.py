"""The catalogues of the languages: read as they stand, and a broken one is named with its line."""

from pathlib import Path

import pytest

from bot.errors import CatalogueError
from bot.language import catalogue


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


def test_an_unsure_translation_is_never_served(tmp_path: Path) -> None:
    folder = copy_of_locales(tmp_path)
    path = folder / "es" / "LC_MESSAGES" / "openear.po"
    text = path.read_text(encoding="utf-8").replace('msgctxt "stop"', '#, fuzzy\nmsgctxt "stop"', 1)
    path.write_text(text, encoding="utf-8")
    found = catalogue.load(folder)
    assert "stop" in found.system["es"].unsure
    assert found.missing("es") == ["stop"]
    assert "es" not in found.usable, "a language without its safety texts is not offered"


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
        ("languages.toml", b"[es"),
        ("languages.toml", b"[es]\nname = 'x'"),
        ("languages.toml", b"es = 7"),
        ("languages.toml", b"\xff\xfe"),
        ("es/safety.toml", b"danger = 7\nabuse = []"),
        ("es/safety.toml", b"danger = [7]\nabuse = []"),
        ("es/safety.toml", b"danger = []"),
        ("es/safety.toml", b"\xff\xfe"),
        ("es/LC_MESSAGES/openear.po", b"\xff\xfe\x00"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    folder = copy_of_locales(tmp_path)
    (folder / name).write_bytes(content)
    with pytest.raises(CatalogueError) as caught:
        catalogue.load(folder)
    assert str(folder / name) in str(caught.value)


def test_every_language_of_the_list_is_known_to_babel_and_has_a_direction() -> None:
    for code, language in catalogue.load().languages.items():
        assert language.locale is not None
        rtl = language.locale.text_direction == "rtl"
        assert (language.direction == "rtl") is rtl, code
