"""Telegram: what an update may say, what the Bot API is told, and what each failure means for the next attempt."""

import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.fakes.loopback import CUT, CUT_AFTER_ACCEPTING, SILENCE_AFTER_ACCEPTING, Answer, Trouble
from kit.fakes.telegram_api import TOKEN, USERNAME, FakeTelegram, refuse
from telegram import Update

from bot.channels.port import Arrival, Failure, Message, SendError
from bot.channels.telegram import inbound as telegram
from bot.channels.telegram.sender import TelegramSender
from bot.engine.model import Channel, Kind
from bot.errors import MalformedError, UnusableError

CHAT = 5_123_456_789
SAID_AT = 1_795_000_000
SECRET = "correct-horse_battery"

on_the_loopback = pytest.mark.allow_hosts(["127.0.0.1"])


def person(**more: Any) -> dict[str, Any]:
    return {"id": CHAT, "is_bot": False, "first_name": "Ada", "language_code": "pt-br", **more}


def private(**more: Any) -> dict[str, Any]:
    """A message in a private chat, still without its words."""
    chat = {"id": CHAT, "type": "private", "first_name": "Ada"}
    return {"message_id": 42, "date": SAID_AT, "chat": chat, "from": person(), **more}


def group(**more: Any) -> dict[str, Any]:
    return {**private(), "chat": {"id": -1001234567890, "type": "supergroup", "title": "Our street"}, **more}


def update(kind: str, content: Any) -> dict[str, Any]:
    return {"update_id": 900_000_001, kind: content}


def parse(message: dict[str, Any], kind: str = "message") -> Arrival:
    return telegram.parse(update(kind, message), USERNAME)


def unusable(message: dict[str, Any], kind: str = "message") -> None:
    with pytest.raises(UnusableError):
        parse(message, kind)


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def fake(no_proxy: None) -> Iterator[FakeTelegram]:
    with FakeTelegram() as server:
        yield server


@pytest.fixture
def sender(fake: FakeTelegram) -> Iterator[TelegramSender]:
    one = TelegramSender(TOKEN, fake.url)
    yield one
    one.close()


def failing(sender: TelegramSender, text: str = "Thank you.", chat: str = str(CHAT), **more: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        sender.send(Message(address=chat, text=text, **more))
    return caught.value


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


MEDIA = {
    "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}],
    "voice": {"file_id": "a", "file_unique_id": "b", "duration": 3},
    "video": {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1, "duration": 3},
    "video_note": {"file_id": "a", "file_unique_id": "b", "length": 1, "duration": 3},
    "sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1},
    "document": {"file_id": "a", "file_unique_id": "b"},
    "location": {"latitude": 51.5, "longitude": -0.1},
    "contact": {"phone_number": "+447911123456", "first_name": "Ada"},
    "poll": {"id": "1", "question": "?", "options": []},
    "dice": {"emoji": "🎲", "value": 3},
    "invented_in_2031": {"what": ["ever"]},
}


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


def tapped(**more: Any) -> dict[str, Any]:
    ours = {"id": 1, "is_bot": True, "first_name": "OpenEar", "username": USERNAME}
    below = {**private(text="?"), "from": ours}
    return {"id": "4382bfdwdsb323b2d9", "from": person(), "message": below, "chat_instance": "1", "data": "yes", **more}


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


def changed(old: str, new: str, **more: Any) -> dict[str, Any]:
    ours = {"id": 1, "is_bot": True, "first_name": "OpenEar"}
    return {
        "chat": private()["chat"],
        "from": person(),
        "date": SAID_AT,
        "old_chat_member": {"user": ours, "status": old},
        "new_chat_member": {"user": ours, "status": new, "until_date": 0},
        **more,
    }


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


# --- what Telegram would not send


ANY_SHAPE: list[Any] = [{}, {"message_id": 1}, [], "x"]
NO_TEXT: list[Any] = [None, 7, ["x"], {}]
BROKEN: list[Any] = [
    *(None, [], "text", 7, {}, {"message": private(text="x")}),
    *({"update_id": "1", "message": private(text="x")}, {"update_id": 1, "message": None}),
    *(update("message", broken) for broken in ANY_SHAPE),
    *(update("message", private(text=wrong)) for wrong in NO_TEXT),
    *(update("message", private(text="x", message_id=wrong)) for wrong in (None, "1", True, 1.5, 10**400)),
    *(update("message", private(text="x", date=wrong)) for wrong in (None, "now", 0, -1, 10**12, 1e300)),
    *(update("message", private(text="x", chat=wrong)) for wrong in (None, 7, {"id": 10**30, "type": "private"})),
    update("message", private(text="x", **{"from": None})),
    update("message", private(photo=[], caption=7)),
    update("edited_message", private(text="x")),
    update("callback_query", tapped(id=7)),
    update("callback_query", tapped(id="no such id!")),
    update("callback_query", tapped(data=7)),
    update("my_chat_member", changed("member", "kicked", new_chat_member={})),
]


@pytest.mark.parametrize("broken", BROKEN)
def test_what_telegram_would_not_send_is_malformed(broken: Any) -> None:
    with pytest.raises(MalformedError):
        telegram.parse(broken)


def test_a_language_that_is_none_is_left_out_and_the_words_are_kept() -> None:
    for code in (None, 7, "x" * 40, "<script>", ""):
        arrival = parse(private(text="Hello", **{"from": person(language_code=code)}))
        assert (arrival.text, arrival.hint) == ("Hello", "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
GOOD = [
    update("message", private(text="/start hub")),
    update("message", private(photo=MEDIA["photo"], caption="x")),
    update("message", group(text="And you?", reply_to_message=group(text="?", **{"from": person(username=USERNAME)}))),
    update("edited_message", private(text="x", edit_date=SAID_AT)),
    update("callback_query", tapped()),
    update("my_chat_member", changed("member", "kicked")),
]


def spots(tree: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The way to each value of a tree of objects."""
    below = [spot for name, value in tree.items() for spot in spots(value, (*path, name))] if type(tree) is dict else []
    return [path, *below] if path else below


def replanted(tree: dict[str, Any], path: tuple[str, ...], value: Any, leave_out: bool) -> dict[str, Any]:
    copy = dict(tree)
    if len(path) > 1:
        copy[path[0]] = replanted(tree[path[0]], path[1:], value, leave_out)
    elif leave_out:
        del copy[path[0]]
    else:
        copy[path[0]] = value
    return copy


@given(JSON)
def test_no_json_raises_anything_but_what_is_declared(anything: Any) -> None:
    for whole in (anything, update("message", anything), update("callback_query", anything)):
        try:
            telegram.parse(whole, USERNAME)
        except (MalformedError, UnusableError):
            continue


@given(
    st.sampled_from(GOOD).flatmap(lambda good: st.tuples(st.just(good), st.sampled_from(spots(good)))),
    JSON,
    st.booleans(),
)
def test_a_good_update_with_one_strange_value_gives_a_clean_arrival_or_a_declared_refusal(
    spot: tuple[dict[str, Any], tuple[str, ...]], value: Any, leave_out: bool
) -> None:
    try:
        arrival = telegram.parse(replanted(*spot, value, leave_out), USERNAME)
    except (MalformedError, UnusableError) as refusal:
        assert "Ada" not in str(refusal)
        return
    "".join((arrival.key, arrival.message, arrival.sender, arrival.text, arrival.button, arrival.payload)).encode()
    assert arrival.key
    int(arrival.sender)


@given(st.text(min_size=1, max_size=4096).filter(lambda text: "\x00" not in text))
def test_words_that_are_no_command_are_kept_as_they_were_sent(text: str) -> None:
    if not text.startswith("/"):
        assert parse(private(text=text)).text == text


@pytest.mark.parametrize("good", GOOD, ids=lambda good: next(name for name in good if name != "update_id"))
def test_python_telegram_bot_reads_the_same_out_of_the_same_update(good: dict[str, Any]) -> None:
    arrival, other = telegram.parse(good, USERNAME), Update.de_json(good, None)
    assert other.effective_chat is not None
    assert other.effective_user is not None
    assert arrival.sender == str(other.effective_chat.id)
    assert arrival.hint == other.effective_user.language_code
    message = other.message or other.edited_message
    if message:
        assert arrival.message == f"{message.chat_id}:{message.message_id}"
        assert arrival.sent_at == (message.edit_date or message.date)
    if other.callback_query:
        assert (arrival.callback, arrival.button) == (other.callback_query.id, other.callback_query.data)
    if other.my_chat_member:
        assert arrival.sent_at == other.my_chat_member.date


# --- sending


@on_the_loopback
def test_a_message_goes_out_plain_without_previews_and_its_id_comes_back(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    text = "*Diolch*. <b>谢谢</b> 🏠 https://example.org"
    first = sender.send(Message(address=str(CHAT), text=text))
    second = sender.send(Message(address=str(CHAT), text="x" * 4096))
    assert [str(one["message_id"]) for one in fake.sent] == [first, second]
    assert fake.sent[0] == {
        "chat_id": str(CHAT),
        "text": text,
        "link_preview_options": {"is_disabled": True},
        "message_id": int(first),
    }
    assert len(fake.requests) == 2  # no getMe before, no second try


@on_the_loopback
@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (["YES", "NO"], [2]),
        (["English", "Polski", "Soomaali", "中文"], [2, 2]),
        (["English", "Polski", "Soomaali", "中文", "SKIP"], [3, 2]),
        (["I look after others", "I am disabled", "SKIP"], [1, 1, 1]),
        (["Quote my words", "Do not quote"], [2]),
    ],
)
def test_short_labels_share_a_row_and_long_ones_stand_alone(
    fake: FakeTelegram, sender: TelegramSender, labels: list[str], rows: list[int]
) -> None:
    buttons = tuple((label, f"data {n}") for n, label in enumerate(labels))
    sender.send(Message(address=str(CHAT), text="?", buttons=buttons))
    keyboard = fake.sent[0]["reply_markup"]["inline_keyboard"]
    assert [len(row) for row in keyboard] == rows
    assert [(one["text"], one["callback_data"]) for row in keyboard for one in row] == list(buttons)


@on_the_loopback
def test_a_tap_is_answered_with_a_passing_note_and_an_old_one_is_let_go(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    callback = fake.tap(CHAT, "yes")["callback_query"]["id"]
    assert sender.send(Message(address=str(CHAT), text="ok" * 150, callback=callback)) == callback
    sender.send(Message(address=str(CHAT), text="", callback=callback))
    noted = {"callback_query_id": callback, "text": "ok" * 100}
    assert fake.answered == [noted, {"callback_query_id": callback}]
    error = failing(sender, callback="1")
    assert (error.failure, error.code) == (Failure.PERMANENT, "400 query is too old")


@on_the_loopback
def test_a_resident_who_blocked_us_is_stopped_and_an_unknown_chat_is_permanent(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    fake.blocked.add(CHAT)
    assert failing(sender).failure is Failure.STOPPED
    error = failing(sender, chat="nobody")
    assert (error.failure, error.code) == (Failure.PERMANENT, "400 chat not found")


@on_the_loopback
@pytest.mark.parametrize(
    ("text", "buttons"), [("", ()), ("x" * 4097, ()), ("?", (("Yes", "x" * 65),)), ("?", (("Yes", ""),))]
)
def test_what_would_be_refused_again_is_permanent(
    sender: TelegramSender, text: str, buttons: tuple[tuple[str, str], ...]
) -> None:
    assert failing(sender, text, buttons=buttons).failure is Failure.PERMANENT


@on_the_loopback
@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (refuse(429, "Too Many Requests: retry after 7", retry_after=7), 7.0),
        (Answer(429, b"<html>slow down</html>"), 1.0),
        (refuse(429, "Too Many Requests", retry_after="soon"), 1.0),
    ],
)
def test_too_fast_waits_as_long_as_telegram_says_or_a_second(
    fake: FakeTelegram, sender: TelegramSender, answer: Answer, seconds: float
) -> None:
    fake.script(Trouble(answer))
    error = failing(sender)
    assert (error.failure, error.retry_after) == (Failure.RETRY_AFTER, seconds)
    assert fake.sent == []


@on_the_loopback
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_error_of_theirs_is_temporary_and_not_tried_again_here(
    fake: FakeTelegram, sender: TelegramSender, status: int
) -> None:
    fake.script(Trouble(Answer(status, b"<html>gateway</html>")))
    assert failing(sender).failure is Failure.TEMPORARY
    assert len(fake.requests) == 1


@on_the_loopback
@pytest.mark.parametrize("token", ["", "nonsense", "123456789:" + "B" * 35, "12:x/../{token}?#"])
def test_a_wrong_token_is_temporary_so_that_nothing_is_lost_while_it_is_mended(fake: FakeTelegram, token: str) -> None:
    sender = TelegramSender(token, fake.url)
    assert failing(sender).failure is Failure.TEMPORARY
    sender.close()


@on_the_loopback
def test_a_refused_connection_is_temporary(no_proxy: None) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        sender = TelegramSender(TOKEN, f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert failing(sender).failure is Failure.TEMPORARY
        sender.close()


@on_the_loopback
@pytest.mark.parametrize(
    "trouble", [SILENCE_AFTER_ACCEPTING, CUT_AFTER_ACCEPTING, CUT], ids=["silence", "cut", "cut unread"]
)
def test_no_answer_after_the_request_was_sent_is_unknown(fake: FakeTelegram, trouble: Trouble) -> None:
    sender = TelegramSender(TOKEN, fake.url, timeout_s=0.5)
    fake.script(trouble)
    assert failing(sender).failure is Failure.UNKNOWN
    sender.close()


@on_the_loopback
@pytest.mark.parametrize("payload", [b"", b"[]", b"{", b"{}", b'{"ok": true, "result": {}}', b"null", b"[" * 99_999])
def test_an_answer_that_says_nothing_is_unknown(fake: FakeTelegram, sender: TelegramSender, payload: bytes) -> None:
    fake.script(Trouble(Answer(200, payload)))
    assert failing(sender).failure is Failure.UNKNOWN


@on_the_loopback
@pytest.mark.parametrize("api_url", ["no address", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_temporary(no_proxy: None, api_url: str) -> None:
    sender = TelegramSender(TOKEN, api_url)
    assert failing(sender).failure is Failure.TEMPORARY
    sender.close()


@on_the_loopback
def test_no_text_address_or_token_is_in_an_error_or_a_log(
    fake: FakeTelegram, sender: TelegramSender, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f"Bad Request: can't parse my secret of {CHAT} at {TOKEN}"
    fake.script(
        Trouble(refuse(400, echo)), Trouble(Answer(200, b'{"text": "my secret"')), Trouble(refuse(401, echo)), CUT
    )
    errors = [failing(sender, "my secret") for _ in range(4)]
    sender.send(Message(address=str(CHAT), text="my secret"))
    assert all(error.__context__ is None and error.__cause__ is None for error in errors)
    seen = caplog.text + "".join(repr(error) for error in errors)
    for private_thing in ("my secret", str(CHAT), TOKEN):
        assert private_thing not in seen


@on_the_loopback
def test_threads_share_one_bot_and_a_line_that_was_cut_is_opened_again(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    fake.script(CUT)
    failing(sender)
    threads = [threading.Thread(target=sender.send, args=(Message(address=str(CHAT), text=f"{n}"),)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(one["text"]) for one in fake.sent) == list(range(20))
    assert [one.name for one in threading.enumerate()].count("telegram") == 1


@on_the_loopback
def test_after_a_fork_the_child_has_a_line_of_its_own_and_the_parent_keeps_its(fake: FakeTelegram) -> None:
    script = f"""
import os
from bot.channels.port import Message
from bot.channels.telegram.sender import TelegramSender
sender = TelegramSender({TOKEN!r}, {fake.url!r})
sender.send(Message(address="7", text="before"))
child = os.fork()
sender.send(Message(address="7", text="child" if child == 0 else "parent"))
sender.close()
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", script], cwd=root, check=True, timeout=60)
    assert sorted(one["text"] for one in fake.sent) == ["before", "child", "parent"]


# --- polling and setting up


@on_the_loopback
def test_updates_come_raw_and_asking_further_on_forgets_the_earlier_ones(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    said = fake.say(CHAT, "Hello")
    broken = fake.happen("message", {"a shape": "that no library reads"})
    fake.happen("poll", {"id": "1"})
    assert sender.get_updates(timeout=0) == [said, broken]
    assert sender.get_updates(timeout=0) == [said, broken]
    assert sender.get_updates(broken["update_id"] + 1, timeout=0) == []
    assert sender.get_updates(timeout=0) == []


@on_the_loopback
def test_a_long_poll_ends_when_somebody_writes_and_does_not_hold_up_sending(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    found: list[dict[str, Any]] = []
    poll = threading.Thread(target=lambda: found.extend(sender.get_updates(timeout=30)))
    poll.start()
    sender.send(Message(address=str(CHAT), text="meanwhile"))
    said = fake.say(CHAT, "Hello")
    poll.join()
    assert found == [said]


@on_the_loopback
def test_closing_ends_a_long_poll_at_once_and_for_good(fake: FakeTelegram, sender: TelegramSender) -> None:
    caught: list[Failure] = []

    def wait() -> None:
        try:
            sender.get_updates(timeout=50)
        except SendError as error:
            caught.append(error.failure)

    poll = threading.Thread(target=wait)
    poll.start()
    with fake.changed:
        fake.wait(lambda: bool(fake.requests), 30)
    sender.close()
    poll.join()
    assert caught == [Failure.TEMPORARY]
    assert failing(sender).failure is Failure.TEMPORARY
    sender.close()


@on_the_loopback
@pytest.mark.parametrize("result", [None, {}, [1], "x"])
def test_updates_of_another_shape_are_a_send_error(fake: FakeTelegram, sender: TelegramSender, result: Any) -> None:
    fake.script(Trouble(Answer(200, {"ok": True, "result": result})))
    with pytest.raises(SendError):
        sender.get_updates(timeout=0)


@on_the_loopback
def test_the_webhook_is_set_with_its_secret_and_stands_in_the_way_of_polling_until_deleted(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    fake.say(CHAT, "Hello")
    sender.set_webhook("https://listen.example.org/webhooks/telegram", SECRET)
    assert fake.webhook == {
        "url": "https://listen.example.org/webhooks/telegram",
        "secret_token": SECRET,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }
    with pytest.raises(SendError) as caught:
        sender.get_updates(timeout=0)
    assert (caught.value.failure, caught.value.code) == (Failure.TEMPORARY, "409")
    sender.delete_webhook()
    assert len(sender.get_updates(timeout=0)) == 1


@on_the_loopback
def test_commands_are_set_for_each_two_letter_language_and_the_defaults_for_all_others(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    menu = {"en": [("stop", "No more messages")], "cy": [("stop", "Dim mwy")], "prs": [("stop", "بس")]}
    sender.set_commands(menu, default="en")
    english = [{"command": "stop", "description": "No more messages"}]
    assert fake.commands == {"": english, "en": english, "cy": [{"command": "stop", "description": "Dim mwy"}]}


@on_the_loopback
@pytest.mark.parametrize("menu", [[("Stop", "x")], [("stop", "")], [("stop", "x" * 257)], [("stop", "x")] * 101])
def test_commands_that_telegram_refuses_are_permanent(sender: TelegramSender, menu: list[tuple[str, str]]) -> None:
    with pytest.raises(SendError) as caught:
        sender.set_commands({"en": menu})
    assert caught.value.failure is Failure.PERMANENT


@on_the_loopback
def test_the_bot_knows_its_name(sender: TelegramSender) -> None:
    assert sender.get_me() == USERNAME
