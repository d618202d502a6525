"""Erasing one story or one contact: every byte, and the fact of consent stays."""

from kit.erasing import COLD, audited, deliver_all, story_of
from kit.people import ADA, BOILER, OTHER
from kit.sandbox import PHONE, Sandbox

from bot.engine.model import Channel
from bot.privacy.erasure import erase_contact, erase_story, purge
from bot.store import tables

# --- one story


def test_a_story_is_erased_by_its_id_and_leaves_a_tombstone(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER, COLD)
    sandbox.tell_story("my rent went up twice this year", sender=OTHER)
    public = story_of(sandbox)
    assert erase_story(sandbox.installation, public, "ana@example.org")
    assert sandbox.words() == ["my rent went up twice this year"]
    assert [(row["story"], row["campaign"], row["erased_on"]) for row in sandbox.rows(tables.tombstones)] == [
        (public, "thrive", "2026-11-21")
    ]
    assert ("ana@example.org", "erase") in audited(sandbox)
    assert BOILER not in str(sandbox.rows(tables.audit))


def test_an_unknown_story_is_not_erased_and_nothing_is_audited(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    before = sandbox.everything()
    for story in ("", "nothing", "0" * 16, "%", "' OR 1=1"):
        assert not erase_story(sandbox.installation, story, "ana@example.org")
    assert sandbox.everything() == before


def test_a_story_erased_twice_has_one_tombstone(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    public = story_of(sandbox)
    assert erase_story(sandbox.installation, public, "ana@example.org")
    assert not erase_story(sandbox.installation, public, "ana@example.org")
    assert sandbox.count(tables.tombstones) == 1


def test_the_fact_of_consent_stays_and_its_evidence_goes(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sandbox.arrive("yes my landlord will not mend the boiler")
    public = story_of(sandbox)
    assert all(row["evidence"] for row in sandbox.rows(tables.consents))
    erase_story(sandbox.installation, public, "ana@example.org")
    granted, withdrawn = sandbox.rows(tables.consents)
    assert (granted["purpose"], granted["decision"], granted["story"]) == ("take_part", "granted", public)
    assert granted["evidence"] is None
    assert (withdrawn["purpose"], withdrawn["decision"], withdrawn["story"]) == ("take_part", "withdrawn", public)
    assert (withdrawn["method"], withdrawn["resident"]) == ("operator", granted["resident"])


def test_who_goes_on_writing_after_the_story_was_erased_begins_another_one(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    erased = story_of(sandbox)
    erase_story(sandbox.installation, erased, "ana@example.org")
    sandbox.arrive(COLD)
    assert sandbox.words() == [COLD]
    assert story_of(sandbox) != erased


def test_no_byte_of_an_erased_story_is_left_in_any_file(sandbox: Sandbox) -> None:
    sandbox.tell_story(*(f"{BOILER}, part {part}" for part in range(50)))
    sealed = [row["body"] for row in sandbox.rows(tables.answers)]
    assert all(one in sandbox.bytes_on_disk() for one in sealed)
    erase_story(sandbox.installation, story_of(sandbox), "ana@example.org")
    left = sandbox.bytes_on_disk()
    assert not any(one[13:45] in left for one in sealed)


def test_while_a_download_reads_an_erasure_is_done_at_once_and_scrubbed_when_the_download_ends(
    sandbox: Sandbox,
) -> None:
    from bot.worker import Worker  # noqa: PLC0415

    sandbox.tell_story(BOILER)
    (sealed,) = (row["body"] for row in sandbox.rows(tables.answers))
    with sandbox.installation.database.read() as reader:
        reader.execute(tables.answers.select()).all()
        sandbox.impatient_scrub()
        erase_story(sandbox.installation, story_of(sandbox), "ana@example.org")
        assert sandbox.words() == []
        assert sealed[13:] in sandbox.bytes_on_disk()
    Worker(sandbox.installation, {}).once()
    assert sealed[13:] not in sandbox.bytes_on_disk()


# --- one contact


def test_everything_from_a_contact_is_erased(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    sandbox.arrive("I want to kill myself")
    sandbox.tell_story(BOILER, sender=OTHER)
    public = story_of(sandbox)
    assert erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org") == [public]
    assert sandbox.words() == [BOILER]
    assert sandbox.queued(PHONE) == []
    assert sandbox.contact()["address"] is None
    assert sandbox.contact(OTHER)["address"] is not None
    assert [row["evidence"] for row in sandbox.rows(tables.flags)] == [None]
    assert sandbox.count(tables.tombstones) == 1
    assert ("ana@example.org", "erase") in audited(sandbox)
    assert PHONE not in str(sandbox.rows(tables.audit))


def test_words_that_wait_for_a_yes_are_erased_with_their_contact(sandbox: Sandbox) -> None:
    sandbox.arrive(BOILER, ADA)
    assert erase_contact(sandbox.installation, Channel.TELEGRAM, ADA, "ana@example.org") == []
    assert sandbox.words(held=True) == []


def test_a_contact_that_never_wrote_cannot_be_erased(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    before = sandbox.everything()
    assert erase_contact(sandbox.installation, Channel.SMS, OTHER, "ana@example.org") is None
    assert erase_contact(sandbox.installation, Channel.TELEGRAM, PHONE, "ana@example.org") is None
    assert sandbox.everything() == before


def test_an_erased_contact_hears_nothing_more_until_start(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org")
    sandbox.wait("30d")
    sandbox.arrive("hello again, are you there?")
    assert sandbox.queued() == []
    assert sandbox.words() == sandbox.words(held=True) == []
    sandbox.arrive("START")
    assert sandbox.queued() == ["first"]
    sandbox.arrive("yes")
    sandbox.arrive(COLD)
    assert sandbox.words() == [COLD]


def test_a_stop_outlives_the_erasure(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    sandbox.arrive("STOP")
    erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org")
    assert sandbox.contact()["stopped_at"] is not None
    sandbox.arrive("hello again, are you there?")
    assert sandbox.queued() == []


def test_no_address_and_no_word_of_an_erased_contact_is_left_in_any_file(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    sandbox.arrive("I want to kill myself")
    rows = [*sandbox.rows(tables.outbox), *sandbox.rows(tables.answers), *sandbox.rows(tables.consents)]
    rows += [*sandbox.rows(tables.flags), *sandbox.rows(tables.contacts)]
    sealed = [value for row in rows for value in row.values() if isinstance(value, bytes) and len(value) > 32]
    assert len(sealed) >= 9
    erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org")
    left = sandbox.bytes_on_disk()
    assert not any(one[13:] in left for one in sealed)


# --- the ledger of consent


def ledger(sandbox: Sandbox) -> list[tuple[str, str, str, str]]:
    return [(row["purpose"], row["decision"], row["method"], row["story"]) for row in sandbox.rows(tables.consents)]


def test_an_operators_erasure_of_a_contact_is_a_withdrawal_for_each_of_its_stories(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER, "1", "mend it", "DONE")
    sandbox.later("30d")
    sandbox.tell_story(COLD)
    first, second = story_of(sandbox, 0), story_of(sandbox, 1)
    sandbox.later("1h")
    erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org")
    assert ledger(sandbox)[-2:] == [
        ("take_part", "withdrawn", "operator", first), ("take_part", "withdrawn", "operator", second),
    ]  # fmt: skip
    withdrawn = sandbox.rows(tables.consents)[-1]
    assert (withdrawn["at"], withdrawn["evidence"], withdrawn["channel"]) == (sandbox.now, None, "sms")


def test_where_nobody_consented_an_erasure_enters_no_withdrawal(sandbox: Sandbox) -> None:
    sandbox.arrive(BOILER)
    sandbox.arrive("hello", OTHER)
    sandbox.arrive("no", OTHER)
    erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org")
    erase_contact(sandbox.installation, Channel.SMS, OTHER, "ana@example.org")
    assert ledger(sandbox) == [("take_part", "refused", "text", "")]


def test_what_the_resident_withdrew_is_not_withdrawn_again(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    sandbox.arrive("DELETE")
    sandbox.arrive("yes")
    before = ledger(sandbox)
    erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org")
    assert ledger(sandbox) == before
    assert [row[1] for row in before] == ["granted", "withdrawn"]


def test_the_keeping_period_is_no_withdrawal(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    deliver_all(sandbox)
    sandbox.later("900d")
    assert purge(sandbox.installation).stories == 1
    assert [row[1] for row in ledger(sandbox)] == ["granted"]
    assert sandbox.rows(tables.consents)[0]["evidence"] is None
