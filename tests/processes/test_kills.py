"""The disk full, the process killed between two steps."""

import http.client
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from kit.fakes.twilio_api import FakeTwilio
from kit.people import BOILER
from kit.requests import INBOUND, OURS, PATIENCE, call, form, opened, phone, posted, replies_to, signed, words_of
from sqlalchemy import select

from bot.channels.senders import by_channel, telegram_sender, twilio_sender
from bot.installation import Installation
from bot.messaging.deliver import deliver_due
from bot.store import tables
from scripts.soaks.site import Site
from webhooks.app import create_app

SECOND = timedelta(seconds=1)
pytestmark = [pytest.mark.enable_socket, pytest.mark.process]


#: The web, in a process that does to itself what its first argument says: `die` (kill -9 after the commit, before the
#: answer) or a number (no file of its may grow beyond so many bytes, as on a full disk).
_ODD_WEB = """
import os, resource, signal, sys
from scripts.cli.common import opened
from scripts.cli.processes import listening
from webhooks.app import create_app
one = opened()
if sys.argv[1] == "die":
    taken = lambda: os.kill(os.getpid(), signal.SIGKILL)
else:
    taken = lambda: None
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
server = listening(create_app(one, taken), "127.0.0.1", 0)
print(server.effective_port, flush=True)
server.run()
"""


#: A worker that dies after the provider has said yes, and before it has written that down.
_ODD_WORKER = """
import os, signal
from bot.channels.senders import by_channel, telegram_sender, twilio_sender
from bot.store import outbox
from bot.worker import Worker
from scripts.cli.common import opened
outbox.set_sent = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
one = opened()
Worker(one, by_channel(telegram_sender(one.settings), twilio_sender(one.settings))).once()
"""


@contextmanager
def odd_web(site: Site, what: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The process, and the port that it listens on."""
    command = [sys.executable, "-c", _ODD_WEB, what]
    with subprocess.Popen(
        command, cwd=site.folder, env=site.environment, stdout=subprocess.PIPE, text=True
    ) as process:  # fmt: skip
        try:
            assert process.stdout
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def test_on_a_full_disk_nothing_is_acknowledged_falsely_and_the_database_stays_sound(
    provider: FakeTwilio, tmp_path: Path
) -> None:
    """Disk full (ENOSPC)."""
    texts = {number: form(f"{BOILER}. " * 40, number, phone(number)) for number in range(600, 620)}
    with Site(tmp_path, provider.url, **OURS) as site:
        with odd_web(site, str(600 * 1024)) as (_process, port):
            statuses = {number: posted(port, fields).status for number, fields in texts.items()}
            assert any(call(port, "GET", "/readyz").status == 503 for _small_write in range(200))
            assert call(port, "GET", "/healthz").status == 200
        one = opened(site)
        kept = {number for number in texts if words_of(one, phone(number))}
        with one.database.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        acknowledged = {number for number, status in statuses.items() if status == 200}
        assert set(statuses.values()) == {200, 503}
        assert kept == acknowledged
        assert {number for number in texts if replies_to(one, phone(number)) == ["first"]} == acknowledged
        client = create_app(one).test_client()  # there is room again
        for fields in texts.values():
            assert client.post(INBOUND, data=urlencode(fields), headers=signed(fields)).status_code == 200
        assert all(len(words_of(one, phone(number))) == 1 for number in texts)
        one.database.close()


def test_a_process_killed_between_the_commit_and_the_answer_has_kept_the_text_and_its_one_reply(
    site: Site, inside: Installation
) -> None:
    """Kill between commit and reply."""
    fields = form(BOILER, 700, phone(700))
    with odd_web(site, "die") as (process, port):
        with pytest.raises((http.client.HTTPException, OSError)):
            posted(port, fields)
        assert process.wait(PATIENCE) == -9
    assert words_of(inside, phone(700)) == [BOILER]
    assert posted(site.port, fields).status == 200
    assert words_of(inside, phone(700)) == [BOILER]
    assert replies_to(inside, phone(700)) == ["first"]


def test_a_worker_killed_between_the_providers_yes_and_its_own_note_sends_once_more_and_no_more(
    tmp_path: Path,
) -> None:
    """Kill between provider accept and marking sent."""
    with FakeTwilio() as fake, Site(tmp_path, fake.url, **OURS) as site:
        one = opened(site)
        client = create_app(one).test_client()
        fields = form("hello", 1)
        assert client.post(INBOUND, data=urlencode(fields), headers=signed(fields)).status_code == 200
        command = [sys.executable, "-c", _ODD_WORKER]
        killed = subprocess.run(command, cwd=site.folder, env=site.environment, check=False, timeout=60)
        assert killed.returncode == -9
        assert len(fake.sent) == 1
        with one.database.read() as connection:
            ends = connection.execute(select(tables.outbox.c.lease_until)).scalar_one()
        for moment, sent in ((ends - SECOND, 1), (ends + SECOND, 2), (ends + 3_600 * SECOND, 2)):
            again = replace(one, clock=lambda moment=moment: moment)  # type: ignore[misc]
            senders = by_channel(telegram_sender(one.settings), twilio_sender(one.settings))
            deliver_due(again, senders)
            for sender in senders.values():
                sender.close()
            assert len(fake.sent) == sent
        assert {message["Body"] for message in fake.sent} == {fake.sent[0]["Body"]}
        one.database.close()
