"""The worker: wakes conversations that are due, delivers, keeps house, and survives what happens to the database."""

import logging
import threading
from collections.abc import Callable

import pytest
from kit.moments import NOON
from kit.sandbox import CHAT, PHONE, House, Told
from sqlalchemy import update

from bot.channels.port import Message
from bot.engine.model import Channel
from bot.store import facts, tables
from bot.worker import Worker, wake_due

ADA, OTHER = str(CHAT), "+447911123457"
BOILER = "my landlord will not mend the boiler"
PATIENCE = 30


def keys_of(house: House) -> list[str]:
    return [row["key"] for row in house.rows(tables.outbox)]


# --- waking


def test_a_burst_that_is_over_is_answered_when_its_quiet_spell_has_passed(house: House) -> None:
    house.storyteller(BOILER)
    worker = Worker(house.installation, {})
    house.later("2m59s")
    worker.once()
    assert keys_of(house) == ["first", "step pressure"]
    house.later("1s")
    assert worker.once()
    assert keys_of(house) == ["first", "step pressure", "step change"]
    worker.once()
    assert len(keys_of(house)) == 3


def test_words_that_wait_are_nudged_once_and_wiped_after_a_day(house: House) -> None:
    house.arrive(BOILER)
    worker = Worker(house.installation, {})
    for _hour in range(26):
        house.later("1h")
        worker.once()
    assert keys_of(house) == ["first", "nudge"]
    assert house.words(held=True) == []


def test_every_conversation_that_is_due_is_woken_however_many_there_are(house: House) -> None:
    for number in range(230):
        house.arrive(BOILER, f"+44791170{number:04}")
    house.later("25h")
    worker = Worker(house.installation, {})
    while worker.once():
        pass
    assert house.words(held=True) == []
    assert house.rows(tables.conversations, wake_at=None) == house.rows(tables.conversations)


def test_a_machine_that_slept_for_a_week_wakes_without_a_storm(house: House) -> None:
    house.arrive(BOILER)
    house.storyteller(BOILER, sender=OTHER)
    house.later("7d")
    worker = Worker(house.installation, {})
    for _round in range(5):
        worker.once()
    assert keys_of(house).count("step change") == 1
    assert "nudge" not in keys_of(house)


def test_a_reply_that_time_brought_late_waits_for_the_morning(house: House) -> None:
    house.storyteller(BOILER)
    house.now = NOON.replace(hour=23)
    sender = Told(Channel.SMS)
    with house.installation.database.write() as connection:
        connection.execute(update(tables.outbox).values(status="sent", address=b"", body=b""))
    Worker(house.installation, {Channel.SMS: sender}).once()
    assert keys_of(house)[-1] == "step change"
    assert sender.tried == []


def test_one_conversation_that_cannot_be_read_does_not_keep_the_others_asleep(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    for sender in (PHONE, OTHER):
        house.storyteller(BOILER, sender=sender)
    broken = house.rows(tables.conversations)[0]["id"]
    with house.installation.database.write() as connection:
        connection.execute(
            update(tables.conversations).where(tables.conversations.c.id == broken).values(state='{"unknown": 1}')
        )
    house.later("3m")
    assert wake_due(house.installation) == 1
    assert keys_of(house).count("step change") == 1
    assert "TypeError" in caplog.text


# --- going on


class Worked:
    """A worker in its thread, as `openear serve` runs it; `until` waits for something that it does."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.thread = threading.Thread(target=worker.run, name="worker")

    def __enter__(self) -> "Worked":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.stop()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


class Heard(Told):
    """A way out that can be waited for."""

    def __init__(self, *errors: Exception | None) -> None:
        super().__init__(Channel.SMS, *errors)
        self.heard = threading.Event()
        self.meanwhile: Callable[[], None] = lambda: None

    def send(self, message: Message) -> str:
        self.meanwhile()
        number = super().send(message)
        self.heard.set()
        return number


@pytest.mark.parametrize("trouble", ["locked", "gone"])
def test_the_worker_waits_while_the_database_is_away_and_then_goes_on(house: House, trouble: str) -> None:
    house.impatient()
    house.arrive("hello")
    sender = Heard()
    said = threading.Event()
    handler = logging.Handler()
    handler.emit = lambda record: said.set() if "waits" in record.getMessage() else None  # type: ignore[method-assign]
    logger = logging.getLogger("bot.worker")
    logger.addHandler(handler)
    try:
        with getattr(house, trouble)(), Worked(Worker(house.installation, {Channel.SMS: sender})) as worked:
            assert said.wait(PATIENCE)
            assert sender.tried == []
            worked.worker.stop()
            worked.thread.join(PATIENCE)
        with Worked(Worker(house.installation, {Channel.SMS: sender})):
            assert sender.heard.wait(PATIENCE)
    finally:
        logger.removeHandler(handler)
    assert len(sender.inbox(PHONE)) == 1


def test_the_same_worker_delivers_once_the_lock_is_gone(house: House) -> None:
    house.arrive("hello")
    sender = Heard()
    worker = Worker(house.installation, {Channel.SMS: sender})
    lock = house.locked()
    with Worked(worker):
        with lock:
            worker.call()
        assert sender.heard.wait(PATIENCE)
    assert len(sender.inbox(PHONE)) == 1


def test_something_unforeseen_does_not_end_the_worker_and_its_words_stay_out_of_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.arrive("hello")
    sender = Heard()

    class Stumbling(Worker):
        stumbled = False

        def once(self) -> bool:
            if not self.stumbled:
                self.stumbled = True
                raise ZeroDivisionError(BOILER)
            return super().once()

    with Worked(Stumbling(house.installation, {Channel.SMS: sender})):
        assert sender.heard.wait(PATIENCE)
    assert "ZeroDivisionError at " in caplog.text
    assert "boiler" not in caplog.text


def test_a_worker_that_is_stopped_finishes_what_it_holds(house: House) -> None:
    for number in range(5):
        house.arrive("hello", f"+44791180{number:04}")
    sender = Heard()
    worker = Worker(house.installation, {Channel.SMS: sender})
    sender.meanwhile = worker.stop
    with Worked(worker):
        assert sender.heard.wait(PATIENCE)
    assert house.statuses() == ["sent"] * 5


# --- house-keeping


def test_what_could_not_be_scrubbed_is_scrubbed_later(house: House) -> None:
    with house.installation.write() as tx:
        facts.put(tx, facts.SCRUB, "1")
    Worker(house.installation, {}).once()
    with house.installation.read() as tx:
        assert facts.get(tx, facts.SCRUB) == ""


def test_keeping_periods_are_kept_once_an_hour(house: House) -> None:
    house.storyteller(BOILER)
    worker = Worker(house.installation, {})
    worker.once()
    house.later("800d")
    worker.once()
    assert house.words() == []
    assert house.count(tables.tombstones) == 1
