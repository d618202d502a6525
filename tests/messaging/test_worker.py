"""The worker: wakes conversations that are due, delivers, keeps house, and survives what happens to the database."""

import logging
import threading
from collections.abc import Callable

import pytest
from kit.moments import NOON
from kit.sandbox import CHAT, PHONE, Sandbox, ScriptedSender
from sqlalchemy import update

from bot.channels.port import Message
from bot.engine.model import Channel
from bot.store import facts, tables
from bot.worker import Worker, wake_due

ADA, OTHER = str(CHAT), "+447911123457"
BOILER = "my landlord will not mend the boiler"
PATIENCE = 30


def keys_of(sandbox: Sandbox) -> list[str]:
    return [row["key"] for row in sandbox.rows(tables.outbox)]


# --- waking


def test_a_burst_that_is_over_is_answered_when_its_quiet_spell_has_passed(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    worker = Worker(sandbox.installation, {})
    sandbox.later("2m59s")
    worker.once()
    assert keys_of(sandbox) == ["first", "step pressure"]
    sandbox.later("1s")
    assert worker.once()
    assert keys_of(sandbox) == ["first", "step pressure", "step change"]
    worker.once()
    assert len(keys_of(sandbox)) == 3


def test_words_that_wait_are_nudged_once_and_wiped_after_a_day(sandbox: Sandbox) -> None:
    sandbox.arrive(BOILER)
    worker = Worker(sandbox.installation, {})
    for _hour in range(26):
        sandbox.later("1h")
        worker.once()
    assert keys_of(sandbox) == ["first", "nudge"]
    assert sandbox.words(held=True) == []


def test_every_conversation_that_is_due_is_woken_however_many_there_are(sandbox: Sandbox) -> None:
    for number in range(230):
        sandbox.arrive(BOILER, f"+44791170{number:04}")
    sandbox.later("25h")
    worker = Worker(sandbox.installation, {})
    while worker.once():
        pass
    assert sandbox.words(held=True) == []
    assert sandbox.rows(tables.conversations, wake_at=None) == sandbox.rows(tables.conversations)


def test_a_machine_that_slept_for_a_week_wakes_without_a_storm(sandbox: Sandbox) -> None:
    sandbox.arrive(BOILER)
    sandbox.tell_story(BOILER, sender=OTHER)
    sandbox.later("7d")
    worker = Worker(sandbox.installation, {})
    for _round in range(5):
        worker.once()
    assert keys_of(sandbox).count("step change") == 1
    assert "nudge" not in keys_of(sandbox)


def test_a_reply_that_time_brought_late_waits_for_the_morning(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    sandbox.now = NOON.replace(hour=23)
    sender = ScriptedSender(Channel.SMS)
    with sandbox.installation.database.write() as connection:
        connection.execute(update(tables.outbox).values(status="sent", address=b"", body=b""))
    Worker(sandbox.installation, {Channel.SMS: sender}).once()
    assert keys_of(sandbox)[-1] == "step change"
    assert sender.tried == []


def test_one_conversation_that_cannot_be_read_does_not_keep_the_others_asleep(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    for sender in (PHONE, OTHER):
        sandbox.tell_story(BOILER, sender=sender)
    broken = sandbox.rows(tables.conversations)[0]["id"]
    with sandbox.installation.database.write() as connection:
        connection.execute(
            update(tables.conversations).where(tables.conversations.c.id == broken).values(state='{"unknown": 1}')
        )
    sandbox.later("3m")
    assert wake_due(sandbox.installation) == 1
    assert keys_of(sandbox).count("step change") == 1
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


class Heard(ScriptedSender):
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
def test_the_worker_waits_while_the_database_is_away_and_then_goes_on(sandbox: Sandbox, trouble: str) -> None:
    sandbox.impatient()
    sandbox.arrive("hello")
    sender = Heard()
    said = threading.Event()
    handler = logging.Handler()
    handler.emit = lambda record: said.set() if "waits" in record.getMessage() else None  # type: ignore[method-assign]
    logger = logging.getLogger("bot.worker")
    logger.addHandler(handler)
    try:
        with getattr(sandbox, trouble)(), Worked(Worker(sandbox.installation, {Channel.SMS: sender})) as worked:
            assert said.wait(PATIENCE)
            assert sender.tried == []
            worked.worker.stop()
            worked.thread.join(PATIENCE)
        with Worked(Worker(sandbox.installation, {Channel.SMS: sender})):
            assert sender.heard.wait(PATIENCE)
    finally:
        logger.removeHandler(handler)
    assert len(sender.inbox(PHONE)) == 1


def test_the_same_worker_delivers_once_the_lock_is_gone(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sender = Heard()
    worker = Worker(sandbox.installation, {Channel.SMS: sender})
    lock = sandbox.locked()
    with Worked(worker):
        with lock:
            worker.notify()
        assert sender.heard.wait(PATIENCE)
    assert len(sender.inbox(PHONE)) == 1


def test_something_unforeseen_does_not_end_the_worker_and_its_words_stay_out_of_the_log(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.arrive("hello")
    sender = Heard()

    class Stumbling(Worker):
        stumbled = False

        def once(self) -> bool:
            if not self.stumbled:
                self.stumbled = True
                raise ZeroDivisionError(BOILER)
            return super().once()

    with Worked(Stumbling(sandbox.installation, {Channel.SMS: sender})):
        assert sender.heard.wait(PATIENCE)
    assert "ZeroDivisionError at " in caplog.text
    assert "boiler" not in caplog.text


def test_a_worker_that_is_stopped_finishes_what_it_holds(sandbox: Sandbox) -> None:
    for number in range(5):
        sandbox.arrive("hello", f"+44791180{number:04}")
    sender = Heard()
    worker = Worker(sandbox.installation, {Channel.SMS: sender})
    sender.meanwhile = worker.stop
    with Worked(worker):
        assert sender.heard.wait(PATIENCE)
    assert sandbox.statuses() == ["sent"] * 5


# --- house-keeping


def test_what_could_not_be_scrubbed_is_scrubbed_later(sandbox: Sandbox) -> None:
    with sandbox.installation.write() as tx:
        facts.put(tx, facts.SCRUB, "1")
    Worker(sandbox.installation, {}).once()
    with sandbox.installation.read() as tx:
        assert facts.get(tx, facts.SCRUB) == ""


def test_keeping_periods_are_kept_once_an_hour(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    worker = Worker(sandbox.installation, {})
    worker.once()
    sandbox.later("800d")
    worker.once()
    assert sandbox.words() == []
    assert sandbox.count(tables.tombstones) == 1
