"""Erasure by an operator, and the keeping periods: what goes, what stays, and that it is gone from the disk."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kit.campaigns import with_campaigns
from kit.moments import NOON
from kit.sandbox import CHAT, PHONE, House, Told
from sqlalchemy import select, update

from bot.engine.model import Channel
from bot.messaging.deliver import deliver_due
from bot.privacy.erasure import erase_contact, erase_story, purge
from bot.store import facts, flags, tables

ADA, OTHER = str(CHAT), "+447911123457"
BOILER, COLD = "my landlord will not mend the boiler", "and my flat is cold all winter long"


def story_of(house: House, at: int = 0) -> str:
    return str(house.rows(tables.stories)[at]["public"])


def audited(house: House) -> list[tuple[str, str]]:
    return [(row["actor"], row["action"]) for row in house.rows(tables.audit)]


# --- one story


def test_a_story_is_erased_by_its_id_and_leaves_a_tombstone(house: House) -> None:
    house.storyteller(BOILER, COLD)
    house.storyteller("my rent went up twice this year", sender=OTHER)
    public = story_of(house)
    assert erase_story(house.installation, public, "ana@example.org")
    assert house.words() == ["my rent went up twice this year"]
    assert [(row["story"], row["campaign"], row["erased_on"]) for row in house.rows(tables.tombstones)] == [
        (public, "thrive", "2026-11-21")
    ]
    assert ("ana@example.org", "erase") in audited(house)
    assert BOILER not in str(house.rows(tables.audit))


def test_an_unknown_story_is_not_erased_and_nothing_is_audited(house: House) -> None:
    house.storyteller(BOILER)
    before = house.everything()
    for story in ("", "nothing", "0" * 16, "%", "' OR 1=1"):
        assert not erase_story(house.installation, story, "ana@example.org")
    assert house.everything() == before


def test_a_story_erased_twice_has_one_tombstone(house: House) -> None:
    house.storyteller(BOILER)
    public = story_of(house)
    assert erase_story(house.installation, public, "ana@example.org")
    assert not erase_story(house.installation, public, "ana@example.org")
    assert house.count(tables.tombstones) == 1


def test_the_fact_of_consent_stays_and_its_evidence_goes(house: House) -> None:
    house.arrive("hello")
    house.arrive("yes my landlord will not mend the boiler")
    public = story_of(house)
    assert all(row["evidence"] for row in house.rows(tables.consents))
    erase_story(house.installation, public, "ana@example.org")
    granted, withdrawn = house.rows(tables.consents)
    assert (granted["purpose"], granted["decision"], granted["story"]) == ("take_part", "granted", public)
    assert granted["evidence"] is None
    assert (withdrawn["purpose"], withdrawn["decision"], withdrawn["story"]) == ("take_part", "withdrawn", public)
    assert (withdrawn["method"], withdrawn["resident"]) == ("operator", granted["resident"])


def test_who_goes_on_writing_after_the_story_was_erased_begins_another_one(house: House) -> None:
    house.storyteller(BOILER)
    erased = story_of(house)
    erase_story(house.installation, erased, "ana@example.org")
    house.arrive(COLD)
    assert house.words() == [COLD]
    assert story_of(house) != erased


def test_no_byte_of_an_erased_story_is_left_in_any_file(house: House) -> None:
    house.storyteller(*(f"{BOILER}, part {part}" for part in range(50)))
    sealed = [row["body"] for row in house.rows(tables.answers)]
    assert all(one in house.bytes_on_disk() for one in sealed)
    erase_story(house.installation, story_of(house), "ana@example.org")
    left = house.bytes_on_disk()
    assert not any(one[13:45] in left for one in sealed)


def test_while_a_download_reads_an_erasure_is_done_at_once_and_scrubbed_when_the_download_ends(house: House) -> None:
    from bot.worker import Worker  # noqa: PLC0415

    house.storyteller(BOILER)
    (sealed,) = (row["body"] for row in house.rows(tables.answers))
    with house.installation.database.read() as reader:
        reader.execute(tables.answers.select()).all()
        house.impatient_scrub()
        erase_story(house.installation, story_of(house), "ana@example.org")
        assert house.words() == []
        assert sealed[13:] in house.bytes_on_disk()
    Worker(house.installation, {}).once()
    assert sealed[13:] not in house.bytes_on_disk()


# --- one contact


def test_everything_from_a_contact_is_erased(house: House) -> None:
    house.storyteller(BOILER)
    house.arrive("I want to kill myself")
    house.storyteller(BOILER, sender=OTHER)
    public = story_of(house)
    assert erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org") == [public]
    assert house.words() == [BOILER]
    assert house.queued(PHONE) == []
    assert house.contact()["address"] is None
    assert house.contact(OTHER)["address"] is not None
    assert [row["evidence"] for row in house.rows(tables.flags)] == [None]
    assert house.count(tables.tombstones) == 1
    assert ("ana@example.org", "erase") in audited(house)
    assert PHONE not in str(house.rows(tables.audit))


def test_words_that_wait_for_a_yes_are_erased_with_their_contact(house: House) -> None:
    house.arrive(BOILER, ADA)
    assert erase_contact(house.installation, Channel.TELEGRAM, ADA, "ana@example.org") == []
    assert house.words(held=True) == []


def test_a_contact_that_never_wrote_cannot_be_erased(house: House) -> None:
    house.storyteller(BOILER)
    before = house.everything()
    assert erase_contact(house.installation, Channel.SMS, OTHER, "ana@example.org") is None
    assert erase_contact(house.installation, Channel.TELEGRAM, PHONE, "ana@example.org") is None
    assert house.everything() == before


def test_an_erased_contact_hears_nothing_more_until_start(house: House) -> None:
    house.storyteller(BOILER)
    erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    house.wait("30d")
    house.arrive("hello again, are you there?")
    assert house.queued() == []
    assert house.words() == house.words(held=True) == []
    house.arrive("START")
    assert house.queued() == ["first"]
    house.arrive("yes")
    house.arrive(COLD)
    assert house.words() == [COLD]


def test_a_stop_outlives_the_erasure(house: House) -> None:
    house.storyteller(BOILER)
    house.arrive("STOP")
    erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    assert house.contact()["stopped_at"] is not None
    house.arrive("hello again, are you there?")
    assert house.queued() == []


def test_no_address_and_no_word_of_an_erased_contact_is_left_in_any_file(house: House) -> None:
    house.storyteller(BOILER)
    house.arrive("I want to kill myself")
    rows = [*house.rows(tables.outbox), *house.rows(tables.answers), *house.rows(tables.consents)]
    rows += [*house.rows(tables.flags), *house.rows(tables.contacts)]
    sealed = [value for row in rows for value in row.values() if isinstance(value, bytes) and len(value) > 32]
    assert len(sealed) >= 9
    erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    left = house.bytes_on_disk()
    assert not any(one[13:] in left for one in sealed)


# --- the ledger of consent


def ledger(house: House) -> list[tuple[str, str, str, str]]:
    return [(row["purpose"], row["decision"], row["method"], row["story"]) for row in house.rows(tables.consents)]


def test_an_operators_erasure_of_a_contact_is_a_withdrawal_for_each_of_its_stories(house: House) -> None:
    house.storyteller(BOILER, "1", "mend it", "DONE")
    house.later("30d")
    house.storyteller(COLD)
    first, second = story_of(house, 0), story_of(house, 1)
    house.later("1h")
    erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    assert ledger(house)[-2:] == [
        ("take_part", "withdrawn", "operator", first), ("take_part", "withdrawn", "operator", second),
    ]  # fmt: skip
    withdrawn = house.rows(tables.consents)[-1]
    assert (withdrawn["at"], withdrawn["evidence"], withdrawn["channel"]) == (house.now, None, "sms")


def test_where_nobody_consented_an_erasure_enters_no_withdrawal(house: House) -> None:
    house.arrive(BOILER)
    house.arrive("hello", OTHER)
    house.arrive("no", OTHER)
    erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    erase_contact(house.installation, Channel.SMS, OTHER, "ana@example.org")
    assert ledger(house) == [("take_part", "refused", "text", "")]


def test_what_the_resident_withdrew_is_not_withdrawn_again(house: House) -> None:
    house.storyteller(BOILER)
    house.arrive("DELETE")
    house.arrive("yes")
    before = ledger(house)
    erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    assert ledger(house) == before
    assert [row[1] for row in before] == ["granted", "withdrawn"]


def test_the_keeping_period_is_no_withdrawal(house: House) -> None:
    house.storyteller(BOILER)
    _deliver_all(house)
    house.later("900d")
    assert purge(house.installation).stories == 1
    assert [row[1] for row in ledger(house)] == ["granted"]
    assert house.rows(tables.consents)[0]["evidence"] is None


# --- keeping periods


def test_words_without_a_yes_are_removed_a_day_and_an_hour_later_even_where_nobody_was_woken(house: House) -> None:
    house.arrive(BOILER)
    house.later("25h")
    assert purge(house.installation).drafts == 0
    house.later("1s")
    assert purge(house.installation).drafts == 1
    assert house.words(held=True) == []


def test_words_without_a_yes_are_gone_after_a_day_where_the_worker_works(house: House) -> None:
    house.arrive(BOILER)
    house.wait("24h")
    assert house.words(held=True) == []


def test_a_told_story_is_no_draft(house: House) -> None:
    house.storyteller(BOILER)
    house.later("30d")
    assert purge(house.installation).drafts == 0
    assert house.words() == [BOILER]


def test_a_story_is_kept_as_long_as_the_campaign_says_and_then_leaves_a_tombstone(house: House) -> None:
    house.storyteller(BOILER)
    house.later("300d")
    house.storyteller(COLD, sender=OTHER)
    keep = timedelta(days=round(24 * 30.44))
    house.now = NOON + keep
    assert purge(house.installation).stories == 0
    house.now = NOON + keep + timedelta(hours=1)
    assert purge(house.installation).stories == 1
    assert house.words() == [COLD]
    assert house.count(tables.tombstones) == 1
    assert ("system", "purge") in audited(house)
    assert purge(house.installation).stories == 0


def test_the_address_of_a_silent_resident_goes_after_the_campaigns_days(house: House) -> None:
    house.storyteller(BOILER)
    deliver_due(house.installation, {Channel.SMS: Told(Channel.SMS)})
    deliver_due(house.installation, {Channel.SMS: Told(Channel.SMS)})
    house.later("30d")
    assert purge(house.installation).addresses == 0
    house.later("1s")
    assert purge(house.installation).addresses == 1
    assert house.contact()["address"] is None
    assert house.words() == [BOILER]
    house.arrive("hello")
    assert house.contact()["address"] is not None


def test_the_address_of_who_may_be_contacted_again_stays(house: House) -> None:
    house.storyteller(BOILER)
    _allow_recontact(house)
    _deliver_all(house)
    house.later("400d")
    assert purge(house.installation).addresses == 0


def _two_campaigns(house: House, **changed: Any) -> None:
    """A second campaign, with the words of the first."""
    thrive = house.installation.campaigns["thrive"]
    house.installation = with_campaigns(house.installation, thrive, replace(thrive, slug="other", **changed))


def test_who_may_be_contacted_again_for_another_campaign_keeps_the_address(house: House) -> None:
    _two_campaigns(house)
    house.add_hub("BETA", campaign="other")
    for sender, yes in ((PHONE, True), (OTHER, False)):
        house.storyteller(BOILER, sender=sender)
        house.later("1s")  # the conversation that spoke last is the one that is meant
        house.arrive("BETA EN", sender)
        house.arrive("yes", sender)
        house.arrive(COLD, sender)
        if yes:
            story = tables.stories.c.id == house.rows(tables.stories, campaign="other")[-1]["id"]
            with house.installation.database.write() as connection:
                connection.execute(update(tables.stories).where(story).values(may_recontact="yes"))
    assert {row["campaign"] for row in house.rows(tables.stories)} == {"thrive", "other"}
    _deliver_all(house)
    house.later("400d")
    assert purge(house.installation).addresses == 1
    assert house.contact(PHONE)["address"] is not None
    assert house.contact(OTHER)["address"] is None


def test_an_address_that_is_busy_in_a_campaign_with_longer_days_stays(house: House) -> None:
    _two_campaigns(house, contact_days=60)
    house.storyteller(BOILER)
    _deliver_all(house)
    house.later("31d")
    house.arrive("hello", OTHER)
    assert purge(house.installation).addresses == 1
    assert house.contact(OTHER)["address"] is not None


def test_when_consent_to_be_contacted_is_taken_back_the_address_goes(house: House) -> None:
    house.storyteller(BOILER)
    _allow_recontact(house)
    _deliver_all(house)
    house.later("400d")
    with house.installation.database.write() as connection:
        connection.execute(update(tables.stories).values(may_recontact="no"))
    assert purge(house.installation).addresses == 1


def test_when_the_story_of_who_may_be_contacted_again_is_erased_the_address_goes(house: House) -> None:
    house.storyteller(BOILER)
    _allow_recontact(house)
    _deliver_all(house)
    house.later("31d")
    erase_story(house.installation, story_of(house), "ana@example.org")
    assert purge(house.installation).addresses == 1


def test_the_address_of_a_group_goes_once_it_was_answered(house: House) -> None:
    with house.installation.write() as tx:
        facts.put(tx, "telegram username", "ear_bot")
    group = "-1001234567"
    assert house.arrive("/start", group, group=True)
    assert house.contact(group, Channel.TELEGRAM)["address"] is not None
    purge(house.installation)
    assert house.queued() == ["group"]  # while the answer waits, it stays
    sealed = house.contact(group, Channel.TELEGRAM)["address"]
    _deliver_all(house)
    assert purge(house.installation).addresses == 1
    assert house.contact(group, Channel.TELEGRAM)["address"] is None
    assert sealed[13:] not in house.bytes_on_disk()
    assert house.arrive("hello again", group, group=True)
    assert house.queued() == []  # and it is not answered again


def test_rows_of_the_outbox_go_thirty_days_after_they_were_asked_for_and_two_where_a_limit_holds_them(
    house: House,
) -> None:
    house.arrive("hello")
    _deliver_all(house)
    house.arrive("hello", ADA)
    with house.installation.database.write() as connection:
        mine = tables.outbox.c.contact == house.contact(ADA, Channel.TELEGRAM)["id"]
        connection.execute(update(tables.outbox).where(mine).values(error="held: spending limit"))
    house.arrive("I want to kill myself", OTHER)  # which nobody delivers: it waits on
    house.later("2d")
    purge(house.installation)
    assert len(house.rows(tables.outbox)) == 3
    house.later("1s")
    purge(house.installation)
    left = house.rows(tables.outbox)
    assert {row["contact"] for row in left} == {house.contact(PHONE)["id"], house.contact(OTHER)["id"]}
    house.later("28d")
    purge(house.installation)
    assert {row["contact"] for row in house.rows(tables.outbox)} == {house.contact(OTHER)["id"]}


def test_flags_past_their_days_lose_words_and_address_whatever_their_work_came_to(house: House) -> None:
    for number in range(4):
        house.arrive("I want to kill myself", f"+4479116{number:05}")
    with house.installation.write() as tx:
        numbers = list(tx.connection.scalars(select(tables.flags.c.id).order_by(tables.flags.c.id)))
        for number, status in zip(numbers, ("new", "acknowledged", "decided", "closed"), strict=True):
            flags.move(tx, number, status, "lea@example.org", "police" if status != "new" else "")
    _deliver_all(house)
    before = house.rows(tables.flags)
    house.now = NOON + timedelta(days=90)
    purge(house.installation)
    assert all(row["evidence"] for row in house.rows(tables.flags))
    house.later("1s")
    purge(house.installation)
    after = house.rows(tables.flags)
    assert {(row["evidence"], row["address"], row["conversation"]) for row in after} == {(None, None, None)}
    facts_of = ("id", "campaign", "tier", "rule", "at", "status", "owner", "decision")
    assert [[row[name] for name in facts_of] for row in after] == [[row[name] for name in facts_of] for row in before]
    disk = house.bytes_on_disk()
    assert not any(row[name][13:] in disk for row in before for name in ("evidence", "address"))


def test_an_address_to_which_a_helpline_still_waits_stays(house: House) -> None:
    house.arrive("I want to kill myself")
    house.later("31d")
    assert purge(house.installation).addresses == 0
    _deliver_all(house)
    assert purge(house.installation).addresses == 1


def test_purging_again_at_once_removes_nothing_and_audits_nothing(house: House) -> None:
    house.storyteller(BOILER)
    _deliver_all(house)
    house.later("900d")
    gone = purge(house.installation)
    assert (gone.stories, gone.addresses) == (1, 1)
    before = house.everything()
    again = purge(house.installation)
    assert (again.stories, again.drafts, again.addresses) == (0, 0, 0)
    assert house.everything() == before


def _allow_recontact(house: House) -> None:
    with house.installation.database.write() as connection:
        connection.execute(update(tables.stories).values(may_recontact="yes"))


def _deliver_all(house: House) -> None:
    with house.installation.database.write() as connection:
        moment = house.now
        connection.execute(update(tables.outbox).values(status="sent", sent_at=moment, address=b"", body=b""))
