"""Erasing one story or one contact: every byte, and the fact of consent stays."""

from kit.erasing import COLD, audited, deliver_all, story_of
from kit.people import ADA, BOILER, OTHER
from kit.sandbox import PHONE, House

from bot.engine.model import Channel
from bot.privacy.erasure import erase_contact, erase_story, purge
from bot.store import tables

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
    deliver_all(house)
    house.later("900d")
    assert purge(house.installation).stories == 1
    assert [row[1] for row in ledger(house)] == ["granted"]
    assert house.rows(tables.consents)[0]["evidence"] is None
