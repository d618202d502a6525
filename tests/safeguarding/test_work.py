"""The work on a flag: reading, taking on, deciding, closing, and who may."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from kit.flags import ABUSE, DANGER, LEA, REASON, add_lead, only_flag
from kit.people import ADA, OTHER, THIRD
from kit.sandbox import PHONE, House

from bot import safeguarding
from bot.errors import ConflictError, NotAllowedError
from bot.safeguarding import DECISIONS, Lead
from bot.store import audit, organisers, tables


def audited(house: House, action: str) -> list[dict[str, Any]]:
    return [json.loads(row["detail"]) for row in house.rows(tables.audit, action=action)]


# --- the work on a flag


def test_the_queue_is_the_gravest_and_oldest_first_and_holds_no_words(house: House) -> None:
    house.arrive("hello")
    house.arrive(ABUSE)
    house.later("1m")
    house.arrive(DANGER, OTHER)
    house.later("1m")
    house.arrive(DANGER, THIRD)
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
    stranger = add_lead(house, ("far@example.org", THIRD), campaign="other")
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
