"""Flags: raised with the message or not at all, told to every lead without a word, worked on step by step, and gone."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit.campaigns import with_campaigns
from kit.moments import NOON
from kit.sandbox import CHAT, PHONE, House, Told
from sqlalchemy import insert, update
from werkzeug.test import TestResponse

from bot import safeguarding
from bot.engine.campaign import Limits
from bot.engine.folding import words as folded
from bot.engine.model import Channel, Kind
from bot.errors import ConflictError, DecryptionError, NotAllowedError
from bot.messaging.deliver import deliver_due
from bot.privacy.erasure import erase_contact, erase_story, purge
from bot.safeguarding import DECISIONS, Lead
from bot.store import audit, flags, organisers, tables
from bot.store.ids import new_id
from bot.worker import Worker
from webhooks.app import create_app

ADA, OTHER, BEA = str(CHAT), "+447911123457", "+447911123458"
LEA, MAX = ("lea@example.org", "+447911777001"), ("max@example.org", "9002")
DANGER, ABUSE = "I want to kill myself, the damp in Hawthorn House is everywhere", "my husband beats me every night"
BOILER = "my landlord will not mend the boiler"
REASON = "she asked to be rung back"
SENTENCES = sorted(Path(__file__).parents[1].joinpath("languages").glob("*.toml"))


def add_lead(house: House, lead: tuple[str, str] = LEA, campaign: str = "thrive") -> Lead:
    """A lead of `campaign` who is told at the number or chat."""
    email, address = lead
    channel = "sms" if address.startswith("+") else "telegram"
    with house.installation.write() as tx:
        organisers.add(tx, email, "safeguarding", campaign, "")
        flags.set_alert_address(tx, email, channel, address)
    return safeguarding.lead(house.installation, email)


def alerts(house: House) -> list[str]:
    """Where each alert that was ever queued goes, or went, oldest first: by the contact's own address."""
    by_contact = {
        house.installation.keys.contact_hash("sms" if address.startswith("+") else "telegram", address): address
        for _email, address in (LEA, MAX, (BEA, BEA))
    }
    found = {row["id"]: by_contact.get(row["hash"], "?") for row in house.rows(tables.contacts)}
    return [found[row["contact"]] for row in house.rows(tables.outbox) if row["key"] == "alert"]


def only_flag(house: House) -> int:
    (row,) = house.rows(tables.flags)
    return int(row["id"])


def deliver(house: House, *senders: Told) -> None:
    ways = {sender.channel: sender for sender in senders}
    while deliver_due(house.installation, ways):
        pass


def delivered(house: House) -> None:
    """Nothing of what goes by SMS waits any more."""
    deliver(house, Told())


def audited(house: House, action: str) -> list[dict[str, Any]]:
    return [json.loads(row["detail"]) for row in house.rows(tables.audit, action=action)]


# --- raised


@cache
def sentences(path: Path) -> tuple[str, ...]:
    return tuple(tomllib.loads(path.read_text(encoding="utf-8"))["crisis"]["danger"])


@pytest.mark.parametrize("path", SENTENCES, ids=lambda path: path.stem)
def test_every_sentence_of_danger_makes_one_flag_however_often_it_is_delivered(house: House, path: Path) -> None:
    thrive = house.installation.campaigns["thrive"]
    phrases = thrive.vocabulary.safety
    heard = [text for text in sentences(path) if (found := phrases.find(folded(text))) and found.tier == "danger"]
    assert len(heard) >= 29
    for number, text in enumerate(heard):
        sender = f"+4479112{number:05}"
        taken = [house.arrive(text, sender, key=f"SM{number}") for _delivery in range(3)]
        assert taken == [True, False, False]
    raised = house.rows(tables.flags)
    assert [row["tier"] for row in raised] == ["danger"] * len(heard)
    keys = house.installation.keys
    assert [keys.decrypt(row["evidence"], "flags.evidence", row["id"]) for row in raised] == heard


def test_deliveries_of_one_message_at_the_same_moment_make_one_flag_and_one_alert(house: House) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    add_lead(house)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _delivery: house.arrive(DANGER, key="SM1"), range(24)))
    assert Counter(taken) == {True: 1, False: 23}
    assert len(house.rows(tables.flags)) == 1
    assert alerts(house) == [LEA[1]]


@pytest.mark.parametrize("place", ["bot.store.outbox.add", "bot.store.flags.alerted", "bot.store.conversations.save"])
def test_message_flag_and_alert_are_there_together_or_not_at_all(
    house: House, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    add_lead(house)
    house.arrive("hello")
    before = {table.name: house.rows(table) for table in tables.metadata.sorted_tables}

    def fail(*_all: object, **_named: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(place, fail)
        with pytest.raises(ZeroDivisionError):
            house.arrive(DANGER, key="SM1")
    assert {table.name: house.rows(table) for table in tables.metadata.sorted_tables} == before
    assert house.arrive(DANGER, key="SM1")
    assert len(house.rows(tables.flags)) == 1
    assert alerts(house) == [LEA[1]]


@pytest.mark.parametrize("before", [[], ["hello"], ["hello", "yes", BOILER], ["hello", "no"], ["hello", "STOP"]])
def test_danger_is_flagged_wherever_the_conversation_stands(house: House, before: list[str]) -> None:
    for text in before:
        house.arrive(text)
    house.arrive(DANGER)
    (flag,) = safeguarding.queue(house.installation, ["thrive"])
    assert (flag.tier, flag.status, flag.owner, flag.decision, flag.kept) == ("danger", "new", "", "", True)


def test_danger_in_an_edited_message_is_flagged(house: House) -> None:
    house.arrive("hello", ADA)
    house.arrive("yes", ADA)
    house.arrive(BOILER, ADA, key="m1")
    house.arrive(DANGER, ADA, key="m1:edit", message="m1", kind=Kind.EDIT)
    assert [row["tier"] for row in house.rows(tables.flags)] == ["danger"]


def test_hardship_raises_nothing(house: House) -> None:
    add_lead(house)
    house.storyteller(BOILER, "we are five people in one room, and hungry")
    assert house.rows(tables.flags) == []
    assert alerts(house) == []


# --- told


def test_every_lead_of_the_campaign_with_an_address_is_told_on_their_own_channel(house: House) -> None:
    add_lead(house, LEA)
    add_lead(house, MAX)
    add_lead(house, ("far@example.org", BEA), campaign="other")
    with house.installation.write() as tx:  # and one without an address
        organisers.add(tx, "nan@example.org", "safeguarding", "thrive", "")
    house.arrive(DANGER)
    assert sorted(alerts(house)) == sorted([LEA[1], MAX[1]])
    sms, telegram = Told(), Told(Channel.TELEGRAM)
    deliver(house, sms, telegram)
    assert len(sms.inbox(LEA[1])) == len(telegram.inbox(MAX[1])) == 1


def test_whoever_was_revoked_is_told_no_more(house: House) -> None:
    add_lead(house)
    with house.installation.write() as tx:
        organisers.revoke(tx, LEA[0])
    house.arrive(DANGER)
    assert alerts(house) == []


def test_telling_somebody_at_a_new_number_is_telling_them_there_alone(house: House) -> None:
    add_lead(house)
    add_lead(house, (LEA[0], BEA))
    house.arrive(DANGER)
    assert alerts(house) == [BEA]


@given(text=st.sampled_from([DANGER, ABUSE, f"{DANGER}. ring me on {PHONE}, Amina Hassan"]))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_alert_holds_no_word_no_address_and_no_topic(text: str) -> None:
    house = House()
    add_lead(house)
    house.storyteller(BOILER, text)
    sender = Told()
    deliver(house, sender)
    (alert,) = sender.inbox(LEA[1])
    house.close()
    said = alert.message.text
    assert said == "OpenEar: something waits for you in thrive. See: openear flags list"
    for word in {
        *re.findall(r"\w{4,}", text + BOILER),
        PHONE,
        "danger",
        "abuse",
        "suicide",
        "safeguard",
        "flag raised",
    }:
        assert word.lower() not in said.lower()


def test_an_alert_is_urgent_waits_for_no_morning_and_no_cap_holds_it(house: House) -> None:
    add_lead(house)
    thrive = house.installation.campaigns["thrive"]
    none = Limits(per_person_hour=0, per_person_day=0, spend=1, spend_per_day=1, part_price=1)
    house.installation = with_campaigns(house.installation, replace(thrive, limits=none))
    with house.installation.database.write() as connection:
        connection.execute(insert(tables.spending).values(campaign="thrive", day="2026-11-22", parts=100))
    house.now = datetime(2026, 11, 22, 3, tzinfo=UTC)
    house.arrive(DANGER, sent_at=house.now - timedelta(hours=6))
    sender = Told()
    deliver(house, sender)
    assert len(sender.inbox(LEA[1])) == 1


def test_a_lead_who_once_sent_stop_as_a_resident_is_told_all_the_same(house: House) -> None:
    add_lead(house)
    house.arrive("hello", LEA[1])
    house.arrive("STOP", LEA[1])
    house.arrive(DANGER)
    house.arrive("STOP", LEA[1])  # and a STOP that comes while it waits
    sender = Told()
    deliver(house, sender)
    assert sum("something waits for you" in sent.message.text for sent in sender.inbox(LEA[1])) == 1


def test_an_alert_overtakes_what_waits(house: House) -> None:
    add_lead(house)
    for number in range(40):
        house.arrive("hello", f"+44791140{number:04}")
    house.arrive(DANGER)
    sender = Told()
    deliver_due(house.installation, {Channel.SMS: sender})
    assert LEA[1] in {message.address for message in sender.tried[:2]}


@pytest.mark.parametrize(("apart", "told"), [("1m", 1), ("9m", 1), ("11m", 2)])
def test_two_residents_in_danger_within_ten_minutes_are_one_alert_and_later_two(
    house: House, apart: str, told: int
) -> None:
    add_lead(house)
    house.arrive(DANGER)
    delivered(house)
    house.later(apart)
    house.arrive(DANGER, OTHER)
    assert len(house.rows(tables.flags)) == 2
    assert alerts(house) == [LEA[1]] * told


def test_while_an_alert_waits_to_be_sent_no_other_is_queued(house: House) -> None:
    add_lead(house)
    house.arrive(DANGER)
    house.later("11m")
    house.arrive(DANGER, OTHER)
    assert alerts(house) == [LEA[1]]
    delivered(house)
    house.later("11m")
    house.arrive(DANGER, BEA)
    assert alerts(house) == [LEA[1]] * 2


def test_a_lead_who_has_not_been_told_is_told_though_another_has(house: House) -> None:
    add_lead(house)
    house.arrive(DANGER)
    delivered(house)
    house.later("5m")
    add_lead(house, MAX)
    house.arrive(DANGER, OTHER)
    assert alerts(house) == [LEA[1], MAX[1]]


@pytest.mark.parametrize("sent", [True, False], ids=["sent", "waiting"])
def test_fifty_rounds_of_danger_and_delete_from_one_phone_are_one_alert(house: House, *, sent: bool) -> None:
    """Each DELETE makes the conversation forget that somebody was told; the lead's telephone stays quiet."""
    add_lead(house)
    for _round in range(50):
        for text in (DANGER, "DELETE", "YES"):
            house.arrive(text)
        if sent:
            delivered(house)
        house.later("10s")
    assert house.now - NOON < timedelta(minutes=10)
    assert [row["evidence"] for row in house.rows(tables.flags)] == [None] * 50
    assert alerts(house) == [LEA[1]]


def test_a_burst_of_one_resident_is_told_once_and_not_again_by_the_next_minutes_reminder(house: House) -> None:
    add_lead(house)
    worker = Worker(house.installation, {Channel.SMS: Told()})
    for _minute in range(50):
        house.arrive(DANGER)
        house.later("1m")
        worker.once()
    assert len(house.rows(tables.flags)) == 50
    assert alerts(house) == [LEA[1]]
    house.later("10m")
    worker.once()
    assert alerts(house) == [LEA[1]] * 2  # an hour after the first, one reminder for all


def test_danger_after_abuse_is_told_anew_and_abuse_after_danger_is_not(house: House) -> None:
    add_lead(house)
    house.arrive("hello")
    house.arrive(ABUSE)
    assert [row["tier"] for row in house.rows(tables.flags)] == ["abuse"]
    delivered(house)
    house.later("11m")
    house.arrive(DANGER)
    assert alerts(house) == [LEA[1]] * 2
    delivered(house)
    house.later("11m")
    house.arrive(ABUSE)
    assert len(house.rows(tables.flags)) == 3
    assert alerts(house) == [LEA[1]] * 2


def test_what_comes_after_a_flag_was_taken_on_is_told(house: House) -> None:
    lea = add_lead(house)
    house.arrive(DANGER)
    safeguarding.acknowledge(house.installation, lea, only_flag(house))
    delivered(house)
    house.later("11m")
    house.arrive(DANGER)
    assert alerts(house) == [LEA[1]] * 2


# --- told again


def reminded(house: House, span: str, until: timedelta) -> list[timedelta]:
    """When reminders came after now, looking every so long. Each is sent before the next look."""
    began, found = house.now, []
    while house.now - began < until:
        delivered(house)
        house.later(span)
        before = len(alerts(house))
        safeguarding.remind(house.installation)
        found += [house.now - began] * (len(alerts(house)) - before)
    return found


def test_reminders_come_after_an_hour_and_then_after_twice_as_long_each_time(house: House) -> None:
    add_lead(house)
    house.arrive(DANGER)
    hours = [round(at.total_seconds() / 3600) for at in reminded(house, "10m", timedelta(hours=70))]
    assert hours == [1, 2, 4, 8, 16, 32, 64]


def test_acknowledging_ends_reminders(house: House) -> None:
    lea = add_lead(house)
    house.arrive(DANGER)
    delivered(house)
    house.later("1h")
    assert safeguarding.remind(house.installation) == 1
    assert alerts(house) == [LEA[1]] * 2
    safeguarding.acknowledge(house.installation, lea, only_flag(house))
    assert reminded(house, "1h", timedelta(days=10)) == []


def test_one_reminder_stands_for_all_that_wait_in_a_campaign(house: House) -> None:
    add_lead(house)
    for number in range(5):
        house.arrive(DANGER, f"+4479113{number:05}")
        delivered(house)
        house.later("11m")
    assert alerts(house) == [LEA[1]] * 5
    house.later("1h")
    assert safeguarding.remind(house.installation) == 1
    assert alerts(house) == [LEA[1]] * 6
    assert reminded(house, "5m", timedelta(minutes=55)) == []  # all five were told of


def test_abuse_is_reminded_of_in_the_daytime_alone_and_danger_at_night_too(house: House) -> None:
    add_lead(house)
    house.now = datetime(2026, 11, 21, 22, tzinfo=UTC)
    house.arrive("hello")
    house.arrive(ABUSE)
    delivered(house)
    house.later("2h")
    assert safeguarding.remind(house.installation) == 0
    assert len(alerts(house)) == 1
    lea = safeguarding.lead(house.installation, LEA[0])
    house.arrive(DANGER, OTHER)
    delivered(house)
    house.later("1h")
    assert safeguarding.remind(house.installation) == 1
    assert len(alerts(house)) == 3
    delivered(house)
    (danger,) = house.rows(tables.flags, tier="danger")
    safeguarding.acknowledge(house.installation, lea, danger["id"])
    house.now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert safeguarding.remind(house.installation) == 1  # of the abuse
    assert len(alerts(house)) == 4


def test_a_lead_who_is_added_after_the_flag_was_raised_is_told_within_a_minute(house: House) -> None:
    house.arrive(DANGER)
    worker = Worker(house.installation, {Channel.SMS: Told()})
    worker.once()
    assert alerts(house) == []
    add_lead(house)
    house.later("1m")
    worker.once()
    assert alerts(house) == [LEA[1]]
    for _look in range(20):
        house.later("1m")
        worker.once()
    assert alerts(house) == [LEA[1]]


def test_the_leads_address_is_not_kept_among_the_residents_once_the_alert_is_sent(house: House) -> None:
    add_lead(house)
    house.arrive(DANGER)
    sender = Told()
    deliver(house, sender)
    purge(house.installation)
    assert house.contact(LEA[1])["address"] is None
    house.later("1h")
    safeguarding.remind(house.installation)
    deliver(house, sender)
    assert len(sender.inbox(LEA[1])) == 2


# --- the work on a flag


def test_the_queue_is_the_gravest_and_oldest_first_and_holds_no_words(house: House) -> None:
    house.arrive("hello")
    house.arrive(ABUSE)
    house.later("1m")
    house.arrive(DANGER, OTHER)
    house.later("1m")
    house.arrive(DANGER, BEA)
    found = safeguarding.queue(house.installation, ["thrive"])
    assert [flag.tier for flag in found] == ["danger", "danger", "abuse"]
    assert found[0].at < found[1].at
    assert "Hawthorn" not in repr(found)
    assert OTHER not in repr(found)


def test_the_steps_of_the_work_and_their_order(house: House) -> None:
    lea, number = add_lead(house), 0
    house.arrive(DANGER)
    number = only_flag(house)
    with pytest.raises(ConflictError, match="decide first"):
        safeguarding.close(house.installation, lea, number)
    assert safeguarding.acknowledge(house.installation, lea, number).owner == LEA[0]
    with pytest.raises(ConflictError, match="no decision"):
        safeguarding.decide(house.installation, lea, number, "forgot")
    assert safeguarding.decide(house.installation, lea, number, "referred-adults").status == "decided"
    assert safeguarding.close(house.installation, lea, number).status == "closed"
    assert safeguarding.queue(house.installation, ["thrive"]) == []
    assert len(safeguarding.queue(house.installation, ["thrive"], closed=True)) == 1
    for again in (safeguarding.acknowledge, safeguarding.close):
        with pytest.raises(ConflictError, match="closed"):
            again(house.installation, lea, number)
    actions = [row["action"] for row in house.rows(tables.audit)]
    assert actions == ["flag.acknowledged", "flag.decided", "flag.closed"]
    assert {row["actor"] for row in house.rows(tables.audit)} == {LEA[0]}


@pytest.mark.parametrize("decision", DECISIONS)
def test_every_decision_can_be_written_down(house: House, decision: str) -> None:
    lea = add_lead(house)
    house.arrive(DANGER)
    assert safeguarding.decide(house.installation, lea, only_flag(house), decision).decision == decision
    assert audited(house, "flag.decided") == [{"flag": only_flag(house), "campaign": "thrive", "decision": decision}]


def test_reading_shows_the_words_and_is_audited_without_them(house: House) -> None:
    lea = add_lead(house)
    house.arrive(DANGER)
    flag, words = safeguarding.read(house.installation, lea, only_flag(house))
    assert (flag.status, words) == ("new", DANGER)
    assert audited(house, "flag.read") == [{"flag": flag.id, "campaign": "thrive"}]


@pytest.mark.parametrize("reason", ["", " ", "why", "to call", "  to   call  "])
def test_without_a_reason_nobody_sees_where_somebody_can_be_reached(house: House, reason: str) -> None:
    lea = add_lead(house)
    house.arrive(DANGER)
    safeguarding.acknowledge(house.installation, lea, only_flag(house))
    with pytest.raises(ConflictError, match="say why"):
        safeguarding.show_contact(house.installation, lea, only_flag(house), reason)
    assert audited(house, "flag.reveal") == []


def test_before_somebody_answers_for_a_flag_nobody_sees_where_its_writer_can_be_reached(house: House) -> None:
    lea = add_lead(house)
    house.arrive(DANGER)
    with pytest.raises(ConflictError, match="acknowledge"):
        safeguarding.show_contact(house.installation, lea, only_flag(house), REASON)
    assert audited(house, "flag.reveal") == []


@pytest.mark.parametrize(("sender", "channel"), [(PHONE, "sms"), (ADA, "telegram")])
def test_the_contact_is_shown_for_a_reason_and_the_audit_holds_the_reason_and_not_the_contact(
    house: House, sender: str, channel: str
) -> None:
    lea = add_lead(house)
    house.arrive(DANGER, sender)
    number = only_flag(house)
    safeguarding.acknowledge(house.installation, lea, number)
    assert safeguarding.show_contact(house.installation, lea, number, REASON) == (channel, sender)
    assert audited(house, "flag.reveal") == [{"flag": number, "campaign": "thrive", "reason": REASON}]
    assert sender not in "".join(row["detail"] for row in house.rows(tables.audit))
    with house.installation.read() as tx:
        assert audit.verify(tx) is None


def test_the_contact_outlives_a_refusal_because_helping_may_need_it(house: House) -> None:
    lea = add_lead(house)
    house.arrive(DANGER)
    house.arrive("no")
    safeguarding.acknowledge(house.installation, lea, only_flag(house))
    assert safeguarding.show_contact(house.installation, lea, only_flag(house), REASON) == ("sms", PHONE)


STEPS: dict[str, Callable[[House, Lead, int], object]] = {
    "read": lambda house, lead, number: safeguarding.read(house.installation, lead, number),
    "acknowledge": lambda house, lead, number: safeguarding.acknowledge(house.installation, lead, number),
    "decide": lambda house, lead, number: safeguarding.decide(house.installation, lead, number, "other"),
    "close": lambda house, lead, number: safeguarding.close(house.installation, lead, number),
    "show_contact": lambda house, lead, number: safeguarding.show_contact(house.installation, lead, number, REASON),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_lead_of_another_campaign_meets_a_flag_as_if_it_were_not_there(house: House, step: str) -> None:
    lea = add_lead(house)
    stranger = add_lead(house, ("far@example.org", BEA), campaign="other")
    house.arrive(DANGER)
    safeguarding.acknowledge(house.installation, lea, only_flag(house))
    before = house.rows(tables.flags), house.rows(tables.audit)
    answers = []
    for number in (only_flag(house), 1):
        with pytest.raises(ConflictError) as refused:
            STEPS[step](house, stranger, number)
        answers.append(str(refused.value).replace(str(number), "N"))
    assert answers[0] == answers[1]
    assert (house.rows(tables.flags), house.rows(tables.audit)) == before
    assert safeguarding.queue(house.installation, stranger.campaigns) == []


@pytest.mark.parametrize("role", ["organiser", "raw", "admin"])
def test_nobody_of_another_role_is_a_lead(house: House, role: str) -> None:
    with house.installation.write() as tx:
        organisers.add(tx, "ana@example.org", role, "thrive", "")
    for email in ("ana@example.org", "nobody@example.org", ""):
        with pytest.raises(NotAllowedError, match="openear organiser add"):
            safeguarding.lead(house.installation, email)


# --- over HTTP


@pytest.fixture
def client(house: House) -> FlaskClient:
    thrive = house.installation.campaigns["thrive"]
    house.installation = with_campaigns(house.installation, thrive, replace(thrive, slug="other"))
    return create_app(house.installation).test_client()


def token(house: House, email: str = LEA[0]) -> dict[str, str]:
    with house.installation.write() as tx:
        return {"Authorization": f"Bearer {organisers.new_token(tx, email)}"}


def code(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json()["error"]["code"]


def test_the_whole_work_on_a_flag_over_http(house: House, client: FlaskClient) -> None:
    add_lead(house)
    house.arrive(DANGER)
    number, headers = only_flag(house), token(house)
    address = f"/flags/thrive/{number}"
    queue = client.get("/flags/thrive", headers=headers)
    assert queue.headers["Cache-Control"] == "no-store"
    (shown,) = queue.get_json()["flags"]
    assert shown == {
        "id": str(number), "campaign": "thrive", "tier": "danger", "at": shown["at"], "status": "new", "owner": "",
        "decision": "", "words_kept": True,
    }  # fmt: skip
    assert datetime.fromisoformat(shown["at"]) == house.now
    one = client.get(address, headers=headers)
    assert (one.get_json()["words"], one.headers["Cache-Control"]) == (DANGER, "no-store")
    assert code(client.post(address, headers=headers, json={"step": "contact", "reason": REASON})) == (409, "not_so")
    assert client.post(address, headers=headers, json={"step": "acknowledge"}).get_json()["owner"] == LEA[0]
    contact = client.post(address, headers=headers, json={"step": "contact", "reason": REASON})
    assert (contact.get_json(), contact.headers["Cache-Control"]) == ({"channel": "sms", "address": PHONE}, "no-store")
    assert code(client.post(address, headers=headers, json={"step": "close"})) == (409, "not_so")
    assert client.post(address, headers=headers, json={"step": "decide", "decision": "police"}).status_code == 200
    assert client.post(address, headers=headers, json={"step": "close"}).get_json()["status"] == "closed"
    assert client.get("/flags/thrive", headers=headers).get_json() == {"flags": []}
    assert len(client.get("/flags/thrive?closed=1", headers=headers).get_json()["flags"]) == 1


@pytest.mark.parametrize(
    "body",
    [None, "", "{", "[]", "null", "1", '"acknowledge"', "{}", '{"step": "reveal"}', '{"step": "decide"}',
     '{"step": "decide", "decision": 1}', '{"step": "contact"}', '{"step": ["acknowledge"]}', "\x00", '{"step": null}'],
)  # fmt: skip
def test_a_step_that_cannot_be_meant_is_refused_and_changes_nothing(
    house: House, client: FlaskClient, body: str | None
) -> None:
    add_lead(house)
    house.arrive(DANGER)
    response = client.post(
        f"/flags/thrive/{only_flag(house)}", headers=token(house), data=body, content_type="application/json"
    )
    assert code(response) == (400, "bad_step")
    assert house.rows(tables.flags)[0]["status"] == "new"
    assert house.rows(tables.audit) == []


def test_another_campaigns_lead_gets_no_flag_by_any_address(house: House, client: FlaskClient) -> None:
    add_lead(house)
    add_lead(house, ("far@example.org", BEA), campaign="other")
    house.arrive(DANGER)
    number, far = only_flag(house), token(house, "far@example.org")
    for method, json_body in (("GET", None), ("POST", {"step": "acknowledge"})):
        there = client.open(f"/flags/thrive/{number}", method=method, headers=far, json=json_body)
        assert code(there) == (403, "other_campaign")
        guessed = client.open(f"/flags/other/{number}", method=method, headers=far, json=json_body)
        assert code(guessed) == (409, "not_so")
        nothing = client.open("/flags/other/1", method=method, headers=far, json=json_body)
        assert nothing.get_data(as_text=True).replace("flag 1;", f"flag {number};") == guessed.get_data(as_text=True)
    assert client.get("/flags/other", headers=far).get_json() == {"flags": []}
    assert code(client.get("/flags/thrive", headers=far)) == (403, "other_campaign")


@pytest.mark.parametrize("number", ["-1", "x", "1e3", "0x1", "1/2", ""])
def test_a_flags_address_is_a_number(house: House, client: FlaskClient, number: str) -> None:
    add_lead(house)
    assert client.get(f"/flags/thrive/{number}", headers=token(house)).status_code == 404


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 19, "9" * 40])
def test_a_number_without_a_flag_however_large_is_refused_in_the_one_shape(
    house: House, client: FlaskClient, number: str
) -> None:
    add_lead(house)
    response = client.get(f"/flags/thrive/{number}", headers=token(house))
    assert response.status_code in {404, 409}
    assert set(response.get_json()) == {"error"}


# --- gone


def sealed(house: House) -> list[bytes]:
    (row,) = house.rows(tables.flags)
    assert row["evidence"] and row["address"]
    return [row["evidence"], row["address"]]


def left_of(house: House) -> tuple[object, ...]:
    (row,) = house.rows(tables.flags)
    return row["evidence"], row["address"]


def test_after_delete_words_and_address_of_flags_are_gone_from_every_file_and_the_fact_stays(house: House) -> None:
    lea = add_lead(house)
    house.storyteller(BOILER)
    house.arrive(DANGER)
    gone = sealed(house)
    assert all(one in house.bytes_on_disk() for one in gone)
    house.later("13h")
    house.arrive("DELETE")
    house.arrive("yes")
    assert left_of(house) == (None, None)
    disk = house.bytes_on_disk()
    assert not any(one[13:] in disk for one in gone)
    number = only_flag(house)
    flag, words = safeguarding.read(house.installation, lea, number)
    assert (flag.kept, words) == (False, "")
    safeguarding.acknowledge(house.installation, lea, number)
    with pytest.raises(ConflictError, match="nothing is kept"):
        safeguarding.show_contact(house.installation, lea, number, REASON)
    assert reminded(house, "1h", timedelta(days=2)) == []


@pytest.mark.parametrize("how", ["contact", "story", "delete after a stop"])
def test_erasing_in_every_other_way_takes_words_and_address_of_flags_too(house: House, how: str) -> None:
    house.storyteller(BOILER)
    house.arrive(DANGER)
    gone = sealed(house)
    if how == "contact":
        erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    elif how == "story":
        erase_story(house.installation, str(house.rows(tables.stories)[0]["public"]), "ana@example.org")
    else:
        house.arrive("STOP")
        house.arrive("DELETE")
    assert left_of(house) == (None, None)
    disk = house.bytes_on_disk()
    assert not any(one[13:] in disk for one in gone)


def test_erasing_one_person_leaves_the_flags_of_others(house: House) -> None:
    house.arrive(DANGER)
    house.arrive(DANGER, OTHER)
    erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    assert [bool(row["evidence"] and row["address"]) for row in house.rows(tables.flags)] == [False, True]


def test_what_is_stored_of_a_flag_and_of_where_leads_are_told_is_ciphertext(house: House) -> None:
    add_lead(house)
    house.storyteller(DANGER)
    disk = house.bytes_on_disk()
    for word in ("Hawthorn", PHONE, LEA[1]):
        assert word.encode() not in disk


def test_words_of_another_row_do_not_open_under_this_one(house: House) -> None:

    house.arrive(DANGER)
    other = new_id()
    (row,) = house.rows(tables.flags)
    with house.installation.database.write() as connection:
        connection.execute(insert(tables.flags).values(**{**row, "id": other}))
    with house.installation.read() as tx, pytest.raises(DecryptionError):
        flags.words(tx, other)


@pytest.mark.parametrize("days", [90, 7])
def test_flags_past_the_campaigns_days_lose_words_and_address_and_not_the_fact(house: House, days: int) -> None:
    thrive = house.installation.campaigns["thrive"]
    house.installation = with_campaigns(house.installation, replace(thrive, flag_days=days))
    house.arrive(DANGER)
    gone = sealed(house)
    house.now = NOON + timedelta(days=days)
    purge(house.installation)
    assert left_of(house) != (None, None)
    house.now += timedelta(hours=1)
    purge(house.installation)
    (row,) = house.rows(tables.flags)
    assert (row["evidence"], row["address"], row["conversation"]) == (None, None, None)
    assert (row["tier"], row["status"], row["at"]) == ("danger", "new", NOON)
    disk = house.bytes_on_disk()
    assert not any(one[13:] in disk for one in gone)


def test_a_flag_in_a_campaign_that_is_gone_from_the_settings_reminds_nobody_and_stops_no_other(house: House) -> None:
    add_lead(house)
    house.arrive(DANGER)
    house.arrive(DANGER, OTHER)
    with house.installation.database.write() as connection:
        connection.execute(update(tables.flags).where(tables.flags.c.id == house.rows(tables.flags)[0]["id"]).values(
            campaign="closed"
        ))  # fmt: skip
    delivered(house)
    house.later("1h")
    assert safeguarding.remind(house.installation) == 1
    assert alerts(house) == [LEA[1]] * 2
