"""What is left of a flag once its writer is erased, or its days are over."""

from dataclasses import replace
from datetime import timedelta

import pytest
from kit.campaigns import with_campaigns
from kit.flags import DANGER, LEA, REASON, add_lead, alerts, delivered, only_flag, reminded
from kit.moments import NOON
from kit.people import BOILER, OTHER
from kit.sandbox import PHONE, House
from sqlalchemy import insert, update

from bot import safeguarding
from bot.engine.model import Channel
from bot.errors import ConflictError, DecryptionError
from bot.privacy.erasure import erase_contact, erase_story, purge
from bot.store import flags, tables
from bot.store.ids import new_id

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
