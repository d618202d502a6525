"""What is left of a flag once its writer is erased, or its days are over."""

from dataclasses import replace
from datetime import timedelta

import pytest
from kit.campaigns import with_campaigns
from kit.flags import DANGER, LEA, REASON, add_lead, alerts, delivered, only_flag, reminded
from kit.moments import NOON
from kit.people import BOILER, OTHER
from kit.sandbox import PHONE, Sandbox
from sqlalchemy import insert, update

from bot import safeguarding
from bot.engine.model import Channel
from bot.errors import ConflictError, DecryptionError
from bot.privacy.erasure import erase_contact, erase_story, purge
from bot.store import flags, tables
from bot.store.ids import new_id

# --- gone


def sealed(sandbox: Sandbox) -> list[bytes]:
    (row,) = sandbox.rows(tables.flags)
    assert row["evidence"] and row["address"]
    return [row["evidence"], row["address"]]


def left_of(sandbox: Sandbox) -> tuple[object, ...]:
    (row,) = sandbox.rows(tables.flags)
    return row["evidence"], row["address"]


def test_after_delete_words_and_address_of_flags_are_gone_from_every_file_and_the_fact_stays(sandbox: Sandbox) -> None:
    lea = add_lead(sandbox)
    sandbox.tell_story(BOILER)
    sandbox.arrive(DANGER)
    gone = sealed(sandbox)
    assert all(one in sandbox.bytes_on_disk() for one in gone)
    sandbox.later("13h")
    sandbox.arrive("DELETE")
    sandbox.arrive("yes")
    assert left_of(sandbox) == (None, None)
    disk = sandbox.bytes_on_disk()
    assert not any(one[13:] in disk for one in gone)
    number = only_flag(sandbox)
    flag, words = safeguarding.read(sandbox.installation, lea, number)
    assert (flag.kept, words) == (False, "")
    safeguarding.acknowledge(sandbox.installation, lea, number)
    with pytest.raises(ConflictError, match="no longer kept"):
        safeguarding.show_contact(sandbox.installation, lea, number, REASON)
    assert reminded(sandbox, "1h", timedelta(days=2)) == []


@pytest.mark.parametrize("how", ["contact", "story", "delete after a stop"])
def test_erasing_in_every_other_way_takes_words_and_address_of_flags_too(sandbox: Sandbox, how: str) -> None:
    sandbox.tell_story(BOILER)
    sandbox.arrive(DANGER)
    gone = sealed(sandbox)
    if how == "contact":
        erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org")
    elif how == "story":
        erase_story(sandbox.installation, str(sandbox.rows(tables.stories)[0]["public"]), "ana@example.org")
    else:
        sandbox.arrive("STOP")
        sandbox.arrive("DELETE")
    assert left_of(sandbox) == (None, None)
    disk = sandbox.bytes_on_disk()
    assert not any(one[13:] in disk for one in gone)


def test_erasing_one_person_leaves_the_flags_of_others(sandbox: Sandbox) -> None:
    sandbox.arrive(DANGER)
    sandbox.arrive(DANGER, OTHER)
    erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org")
    assert [bool(row["evidence"] and row["address"]) for row in sandbox.rows(tables.flags)] == [False, True]


def test_what_is_stored_of_a_flag_and_of_where_leads_are_told_is_ciphertext(sandbox: Sandbox) -> None:
    add_lead(sandbox)
    sandbox.tell_story(DANGER)
    disk = sandbox.bytes_on_disk()
    for word in ("Hawthorn", PHONE, LEA[1]):
        assert word.encode() not in disk


def test_words_of_another_row_do_not_open_under_this_one(sandbox: Sandbox) -> None:

    sandbox.arrive(DANGER)
    other = new_id()
    (row,) = sandbox.rows(tables.flags)
    with sandbox.installation.database.write() as connection:
        connection.execute(insert(tables.flags).values(**{**row, "id": other}))
    with sandbox.installation.read() as tx, pytest.raises(DecryptionError):
        flags.words(tx, other)


@pytest.mark.parametrize("days", [90, 7])
def test_flags_past_the_campaigns_days_lose_words_and_address_and_not_the_fact(sandbox: Sandbox, days: int) -> None:
    thrive = sandbox.installation.campaigns["thrive"]
    sandbox.installation = with_campaigns(sandbox.installation, replace(thrive, flag_days=days))
    sandbox.arrive(DANGER)
    gone = sealed(sandbox)
    sandbox.now = NOON + timedelta(days=days)
    purge(sandbox.installation)
    assert left_of(sandbox) != (None, None)
    sandbox.now += timedelta(hours=1)
    purge(sandbox.installation)
    (row,) = sandbox.rows(tables.flags)
    assert (row["evidence"], row["address"], row["conversation"]) == (None, None, None)
    assert (row["tier"], row["status"], row["at"]) == ("danger", "new", NOON)
    disk = sandbox.bytes_on_disk()
    assert not any(one[13:] in disk for one in gone)


def test_a_flag_in_a_campaign_that_is_gone_from_the_settings_reminds_nobody_and_stops_no_other(
    sandbox: Sandbox,
) -> None:
    add_lead(sandbox)
    sandbox.arrive(DANGER)
    sandbox.arrive(DANGER, OTHER)
    with sandbox.installation.database.write() as connection:
        connection.execute(update(tables.flags).where(tables.flags.c.id == sandbox.rows(tables.flags)[0]["id"]).values(
            campaign="closed"
        ))  # fmt: skip
    delivered(sandbox)
    sandbox.later("1h")
    assert safeguarding.remind(sandbox.installation) == 1
    assert alerts(sandbox) == [LEA[1]] * 2
