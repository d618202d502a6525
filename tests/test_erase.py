"""Erasure by an operator, and the keeping periods: what goes, what stays, and that it is gone from the disk."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from service_kit import CHAT, NOON, PHONE, House, Told
from sqlalchemy import update

from bot.deliver import deliver_due
from bot.engine.model import Channel
from bot.erase import erase_contact, erase_story, purge
from bot.store import tables
from bot.store.moments import to_micros

ADA, OTHER = str(CHAT), "+447911123457"
BOILER, COLD = "my landlord will not mend the boiler", "and my flat is cold all winter long"


@pytest.fixture
def house() -> Iterator[House]:
    one = House()
    yield one
    one.close()


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


def test_an_address_to_which_a_reply_still_waits_stays(house: House) -> None:
    house.arrive("hello")
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
        moment = to_micros(house.now)
        connection.execute(update(tables.outbox).values(status="sent", sent_at=moment, address=b"", body=b""))
