"""What Telegram would not send is refused, and no JSON raises anything that is not declared."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.fakes.telegram_api import USERNAME
from kit.updates import MEDIA, SAID_AT, changed, group, parse, person, private, tapped, update
from telegram import Update

from bot.channels.telegram import inbound as telegram
from bot.errors import MalformedError, UnusableError

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
