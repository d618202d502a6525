"""The work on a flag: reading, taking on, deciding, closing, and who may."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from kit.flags import ABUSE, DANGER, LEA, REASON, add_lead, only_flag
from kit.people import ADA, OTHER, THIRD
from kit.sandbox import PHONE, Sandbox

from bot import safeguarding
from bot.errors import ConflictError, NotAllowedError
from bot.safeguarding import DECISIONS, Lead
from bot.store import audit, organisers, tables


def audited(sandbox: Sandbox, action: str) -> list[dict[str, Any]]:
    return [json.loads(row["detail"]) for row in sandbox.rows(tables.audit, action=action)]


# --- the work on a flag


def test_the_queue_is_the_gravest_and_oldest_first_and_holds_no_words(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sandbox.arrive(ABUSE)
    sandbox.later("1m")
    sandbox.arrive(DANGER, OTHER)
    sandbox.later("1m")
    sandbox.arrive(DANGER, THIRD)
    found = safeguarding.queue(sandbox.installation, ["thrive"])
    assert [flag.tier for flag in found] == ["danger", "danger", "abuse"]
    assert found[0].at < found[1].at
    assert "Hawthorn" not in repr(found)
    assert OTHER not in repr(found)


def test_the_steps_of_the_work_and_their_order(sandbox: Sandbox) -> None:
    lea, number = add_lead(sandbox), 0
    sandbox.arrive(DANGER)
    number = only_flag(sandbox)
    with pytest.raises(ConflictError, match="decide first"):
        safeguarding.close(sandbox.installation, lea, number)
    assert safeguarding.acknowledge(sandbox.installation, lea, number).owner == LEA[0]
    with pytest.raises(ConflictError, match="not a decision"):
        safeguarding.decide(sandbox.installation, lea, number, "forgot")
    assert safeguarding.decide(sandbox.installation, lea, number, "referred-adults").status == "decided"
    assert safeguarding.close(sandbox.installation, lea, number).status == "closed"
    assert safeguarding.queue(sandbox.installation, ["thrive"]) == []
    assert len(safeguarding.queue(sandbox.installation, ["thrive"], closed=True)) == 1
    for again in (safeguarding.acknowledge, safeguarding.close):
        with pytest.raises(ConflictError, match="closed"):
            again(sandbox.installation, lea, number)
    actions = [row["action"] for row in sandbox.rows(tables.audit)]
    assert actions == ["flag.acknowledged", "flag.decided", "flag.closed"]
    assert {row["actor"] for row in sandbox.rows(tables.audit)} == {LEA[0]}


@pytest.mark.parametrize("decision", DECISIONS)
def test_every_decision_can_be_written_down(sandbox: Sandbox, decision: str) -> None:
    lea = add_lead(sandbox)
    sandbox.arrive(DANGER)
    assert safeguarding.decide(sandbox.installation, lea, only_flag(sandbox), decision).decision == decision
    assert audited(sandbox, "flag.decided") == [
        {"flag": only_flag(sandbox), "campaign": "thrive", "decision": decision}
    ]


def test_reading_shows_the_words_and_is_audited_without_them(sandbox: Sandbox) -> None:
    lea = add_lead(sandbox)
    sandbox.arrive(DANGER)
    flag, words = safeguarding.read(sandbox.installation, lea, only_flag(sandbox))
    assert (flag.status, words) == ("new", DANGER)
    assert audited(sandbox, "flag.read") == [{"flag": flag.id, "campaign": "thrive"}]


@pytest.mark.parametrize("reason", ["", " ", "why", "to call", "  to   call  "])
def test_without_a_reason_nobody_sees_where_somebody_can_be_reached(sandbox: Sandbox, reason: str) -> None:
    lea = add_lead(sandbox)
    sandbox.arrive(DANGER)
    safeguarding.acknowledge(sandbox.installation, lea, only_flag(sandbox))
    with pytest.raises(ConflictError, match="say why"):
        safeguarding.show_contact(sandbox.installation, lea, only_flag(sandbox), reason)
    assert audited(sandbox, "flag.reveal") == []


def test_before_somebody_answers_for_a_flag_nobody_sees_where_its_writer_can_be_reached(sandbox: Sandbox) -> None:
    lea = add_lead(sandbox)
    sandbox.arrive(DANGER)
    with pytest.raises(ConflictError, match="acknowledge"):
        safeguarding.show_contact(sandbox.installation, lea, only_flag(sandbox), REASON)
    assert audited(sandbox, "flag.reveal") == []


@pytest.mark.parametrize(("sender", "channel"), [(PHONE, "sms"), (ADA, "telegram")])
def test_the_contact_is_shown_for_a_reason_and_the_audit_holds_the_reason_and_not_the_contact(
    sandbox: Sandbox, sender: str, channel: str
) -> None:
    lea = add_lead(sandbox)
    sandbox.arrive(DANGER, sender)
    number = only_flag(sandbox)
    safeguarding.acknowledge(sandbox.installation, lea, number)
    assert safeguarding.show_contact(sandbox.installation, lea, number, REASON) == (channel, sender)
    assert audited(sandbox, "flag.reveal") == [{"flag": number, "campaign": "thrive", "reason": REASON}]
    assert sender not in "".join(row["detail"] for row in sandbox.rows(tables.audit))
    with sandbox.installation.read() as tx:
        assert audit.verify(tx) is None


def test_the_contact_outlives_a_refusal_because_helping_may_need_it(sandbox: Sandbox) -> None:
    lea = add_lead(sandbox)
    sandbox.arrive(DANGER)
    sandbox.arrive("no")
    safeguarding.acknowledge(sandbox.installation, lea, only_flag(sandbox))
    assert safeguarding.show_contact(sandbox.installation, lea, only_flag(sandbox), REASON) == ("sms", PHONE)


STEPS: dict[str, Callable[[Sandbox, Lead, int], object]] = {
    "read": lambda sandbox, lead, number: safeguarding.read(sandbox.installation, lead, number),
    "acknowledge": lambda sandbox, lead, number: safeguarding.acknowledge(sandbox.installation, lead, number),
    "decide": lambda sandbox, lead, number: safeguarding.decide(sandbox.installation, lead, number, "other"),
    "close": lambda sandbox, lead, number: safeguarding.close(sandbox.installation, lead, number),
    "show_contact": lambda sandbox, lead, number: safeguarding.show_contact(sandbox.installation, lead, number, REASON),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_lead_of_another_campaign_meets_a_flag_as_if_it_were_not_there(sandbox: Sandbox, step: str) -> None:
    lea = add_lead(sandbox)
    stranger = add_lead(sandbox, ("far@example.org", THIRD), campaign="other")
    sandbox.arrive(DANGER)
    safeguarding.acknowledge(sandbox.installation, lea, only_flag(sandbox))
    before = sandbox.rows(tables.flags), sandbox.rows(tables.audit)
    answers = []
    for number in (only_flag(sandbox), 1):
        with pytest.raises(ConflictError) as refused:
            STEPS[step](sandbox, stranger, number)
        answers.append(str(refused.value).replace(str(number), "N"))
    assert answers[0] == answers[1]
    assert (sandbox.rows(tables.flags), sandbox.rows(tables.audit)) == before
    assert safeguarding.queue(sandbox.installation, stranger.campaigns) == []


@pytest.mark.parametrize("role", ["organiser", "raw", "admin"])
def test_nobody_of_another_role_is_a_lead(sandbox: Sandbox, role: str) -> None:
    with sandbox.installation.write() as tx:
        organisers.add(tx, "ana@example.org", role, "thrive", "")
    for email in ("ana@example.org", "nobody@example.org", ""):
        with pytest.raises(NotAllowedError, match="openear organiser add"):
            safeguarding.lead(sandbox.installation, email)
