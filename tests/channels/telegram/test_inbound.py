"""Updates of Telegram: what a person says becomes an arrival."""

from datetime import UTC, datetime
from typing import Any

import pytest
from kit.fakes.telegram_api import USERNAME
from kit.updates import CHAT, MEDIA, SAID_AT, SECRET, changed, group, parse, person, private, tapped

from bot.channels.port import Arrival
from bot.channels.telegram import inbound as telegram
from bot.engine.model import Channel, Kind
from bot.errors import UnusableError


def unusable(message: dict[str, Any], kind: str = "message") -> None:
    with pytest.raises(UnusableError):
        parse(message, kind)


# --- the secret


@pytest.mark.parametrize(
    ("header", "secret", "verified"),
    [
        (SECRET, SECRET, True),
        (SECRET + "x", SECRET, False),
        (None, SECRET, False),
        ("", "", False),
        ("é\udcff", SECRET, False),
    ],
)
def test_only_the_very_secret_is_verified(header: str | None, secret: str, verified: bool) -> None:
    assert telegram.verify(header, secret) is verified


# --- what a person says


def test_a_text_becomes_an_arrival_named_by_chat_and_message() -> None:
    assert parse(private(text="The rent is too high\x00")) == Arrival(
        channel=Channel.TELEGRAM,
        key=f"{CHAT}:42",
        message=f"{CHAT}:42",
        sender=str(CHAT),
        kind=Kind.TEXT,
        text="The rent is too high\ufffd",
        hint="pt-br",
        sent_at=datetime.fromtimestamp(SAID_AT, UTC),
    )


def test_the_update_id_plays_no_part() -> None:
    first = telegram.parse({"update_id": 1, "message": private(text="Hello")})
    assert first == telegram.parse({"update_id": 2**31, "message": private(text="Hello")})


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/stop", "stop"),
        (f"/stop@{USERNAME}", "stop"),
        ("/delete\n", "delete"),
        ("/mystory", "my story"),
        ("/language Soomaali", "language Soomaali"),
        ("/help I want to die", "help I want to die"),
        ("/توقف", "توقف"),
        ("/रोक्नुहोस्", "रोक्नुहोस्"),
        ("/damp in every room", "damp in every room"),
        ("/", "/"),
        ("/ hello", "/ hello"),
        ("//", "//"),
        ("1/2 of my pay", "1/2 of my pay"),
        ("stop /stop", "stop /stop"),
    ],
)
def test_a_command_is_read_as_its_word_and_loses_no_other(typed: str, read: str) -> None:
    arrival = parse(private(text=typed))
    assert (arrival.kind, arrival.text, arrival.started) == (Kind.TEXT, read, False)


@pytest.mark.parametrize(
    ("typed", "payload", "text"),
    [
        ("/start", "", ""),
        ("/start hub-7_so", "hub-7_so", ""),
        (f"/start@{USERNAME} hub", "hub", ""),
        ("/START hub", "hub", ""),
        ("/start my landlord ignores us", "", "my landlord ignores us"),
        ("/start " + "x" * 65, "", "x" * 65),
    ],
)
def test_start_carries_the_payload_of_a_link_and_keeps_what_was_typed_by_hand(
    typed: str, payload: str, text: str
) -> None:
    arrival = parse(private(text=typed))
    assert (arrival.started, arrival.payload, arrival.text) == (True, payload, text)


@pytest.mark.parametrize("kind", MEDIA)
def test_anything_sent_that_is_no_text_is_media_with_its_caption(kind: str) -> None:
    assert parse(private(**{kind: MEDIA[kind]})).kind is Kind.MEDIA
    assert parse(private(**{kind: MEDIA[kind]}, caption="our stairwell")).text == "our stairwell"


@pytest.mark.parametrize(
    "service",
    [
        {"pinned_message": {}},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"chat_background_set": {}},
        {"write_access_allowed": {}},
        {"migrate_from_chat_id": -5},
        {"new_chat_title": "x"},
    ],
)
def test_what_the_app_writes_by_itself_is_unusable(service: dict[str, Any]) -> None:
    unusable(private(**service))


def test_a_quoted_or_forwarded_text_is_a_text_whatever_hangs_on_it() -> None:
    strange = {"reply_to_message": {"no": "date"}, "external_reply": 7, "forward_origin": [], "entities": "none"}
    assert parse(private(text="What she said", **strange)).text == "What she said"


def test_an_edit_names_the_message_that_it_changes_and_each_edit_is_one_of_its_own() -> None:
    edit = parse(private(text="The rent AND the damp", edit_date=SAID_AT + 60), "edited_message")
    assert (edit.kind, edit.text, edit.message) == (Kind.EDIT, "The rent AND the damp", f"{CHAT}:42")
    assert edit.key == f"{CHAT}:42:{SAID_AT + 60}"
    assert edit.sent_at == datetime.fromtimestamp(SAID_AT + 60, UTC)
    caption = private(photo=MEDIA["photo"], caption="new words", edit_date=SAID_AT + 1)
    assert parse(caption, "edited_message").text == "new words"
    assert parse(private(text="/stop", edit_date=SAID_AT + 1), "edited_message").text == "stop"


def test_a_live_location_that_moves_is_unusable() -> None:
    unusable(private(location=MEDIA["location"], edit_date=SAID_AT + 1), "edited_message")


def test_a_tap_carries_its_button_and_is_named_by_its_callback() -> None:
    tap = parse(tapped(), "callback_query")
    assert (tap.kind, tap.button, tap.callback) == (Kind.BUTTON, "yes", "4382bfdwdsb323b2d9")
    assert (tap.key, tap.sender, tap.hint) == ("cb:4382bfdwdsb323b2d9", str(CHAT), "pt-br")
    assert tap.sent_at is None  # the date beside it is our message's


def test_a_tap_on_a_message_too_old_to_be_shown_still_counts() -> None:
    gone = {"chat": private()["chat"], "message_id": 42, "date": 0}
    assert parse(tapped(message=gone), "callback_query").button == "yes"


def test_a_tap_elsewhere_is_unusable() -> None:
    game, inline = tapped(), tapped()
    del game["data"], inline["message"]
    unusable(game, "callback_query")
    unusable(inline, "callback_query")
    unusable(tapped(message=group()), "callback_query")


def test_blocking_the_bot_is_an_arrival_each_time_and_unblocking_is_none() -> None:
    blocked = parse(changed("member", "kicked"), "my_chat_member")
    assert (blocked.kind, blocked.sender, blocked.key) == (Kind.BLOCKED, str(CHAT), f"{CHAT}:blocked:{SAID_AT}")
    again = parse(changed("member", "kicked", date=SAID_AT + 9), "my_chat_member")
    assert again.key != blocked.key
    unusable(changed("kicked", "member"), "my_chat_member")


def test_being_added_to_a_group_asks_for_one_answer_there() -> None:
    added = parse(changed("left", "member", chat=group()["chat"]), "my_chat_member")
    assert (added.kind, added.group, added.sender) == (Kind.TEXT, True, "-1001234567890")
    unusable(changed("member", "administrator", chat=group()["chat"]), "my_chat_member")
    unusable(changed("member", "kicked", chat=group()["chat"]), "my_chat_member")
    unusable(changed("left", "administrator", chat={"id": -5, "type": "channel"}), "my_chat_member")


@pytest.mark.parametrize(
    "said",
    [
        {"text": "/start"},
        {"text": f"/start@{USERNAME} hub"},
        {"text": f"What is @{USERNAME.upper()}?"},
        {"text": "And you?", "reply_to_message": {"from": {"username": USERNAME}}},
        {"photo": MEDIA["photo"], "caption": f"@{USERNAME} look"},
    ],
)
def test_a_group_that_speaks_to_us_is_heard_without_its_words(said: dict[str, Any]) -> None:
    arrival = parse(group(**said))
    assert (arrival.group, arrival.kind, arrival.sender) == (True, Kind.TEXT, "-1001234567890")
    assert (arrival.text, arrival.payload, arrival.started) == ("", "", False)


@pytest.mark.parametrize(
    "said",
    [
        {"text": "The lift is broken again"},
        {"text": "/start@another_bot"},
        {"text": f"write to @{USERNAME}x"},
        {"text": "yes", "reply_to_message": {"from": {"username": "somebody"}}},
        {"new_chat_members": []},
        {"text": "/start", "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
    ],
)
def test_a_groups_own_talk_is_unusable(said: dict[str, Any]) -> None:
    unusable(group(**said))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("channel_post", private(text="x")),
        ("edited_channel_post", private(text="x")),
        ("inline_query", {"id": "1", "from": person(), "query": "", "offset": ""}),
        ("poll", {"id": "1"}),
        ("poll_answer", {}),
        ("message_reaction", {}),
        ("business_message", private(text="x")),
        ("chat_member", {}),
        ("invented_in_2031", "anything"),
        ("message", {**private(text="x"), "chat": {"id": -5, "type": "channel"}}),
        ("message", private(text="x", **{"from": person(is_bot=True)})),
    ],
)
def test_what_is_not_a_conversation_is_unusable(kind: str, content: dict[str, Any]) -> None:
    unusable(content, kind)
