"""A site: one installation in a folder of its own, and the product's real processes: started, killed, restarted.

Each process has a process group, so that a kill includes its children. Their output goes to `logs/`. The end of the
`with` block stops what was started.
"""

# ruff: noqa: S603 (the processes are the product's own, with our own arguments)

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.store import keyring, migrations, organisers
from bot.store.crypto import Keys
from bot.store.database import Database
from bot.store.transaction import Transaction
from scripts.soaks import twilio

OPENEAR = str(Path(sys.executable).with_name("openear"))
TELEGRAM_TOKEN, TELEGRAM_SECRET = "700700700:AAsoakSOAKsoakSOAKsoakSOAKsoakSOAK0", "a-secret-of-the-soak"
_TELEGRAM = {"TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN, "TELEGRAM_WEBHOOK_SECRET": TELEGRAM_SECRET}
_PATIENCE = 60.0
_OUR_ERRORS = re.compile(rb"^.* (?:ERROR|CRITICAL) (?:bot|webhooks|scripts)\b.*$", re.MULTILINE)


class SoakError(Exception):
    """The soak itself failed, so it proves nothing."""


class Site:
    """An installation, and its processes by name. It has Twilio; with `telegram`, also Telegram."""

    def __init__(
        self, folder: Path, provider_url: str, database_url: str = "", *, telegram: bool = False, **environment: str
    ) -> None:
        self.folder = folder
        self.port = _free_port()
        self.environment = {
            "PATH": os.defpath,
            "OPENEAR_PORT": str(self.port),
            "OPENEAR_PUBLIC_URL": twilio.ADDRESS,
            "OPENEAR_DRAFT_LANGUAGES": "1",
            "OPENEAR_DATABASE_URL": database_url or f"sqlite:///{folder / 'var' / 'openear.db'}",
            "TWILIO_ACCOUNT_SID": twilio.ACCOUNT,
            "TWILIO_AUTH_TOKEN": twilio.TOKEN,
            "TWILIO_FROM": twilio.NUMBER,
            "TWILIO_API_URL": provider_url,
            **({**_TELEGRAM, "TELEGRAM_API_URL": provider_url} if telegram else {}),
            **environment,
        }
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        keyring.make(self.folder / "keys" / "openear.keys")
        database = self.database()
        migrations.upgrade(database)
        with self.transaction(database) as tx:
            if tx.connection.exec_driver_sql("SELECT count(*) FROM seen").scalar():
                raise SoakError("the database is not empty; give the soak a database of its own")
            organisers.add(tx, "lead@example.org", "safeguarding", "thrive", "")
            organisers.add(tx, "raw@example.org", "raw", "thrive", "")
        database.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in list(self.processes):
            self.kill(name)

    def database(self) -> Database:
        """The database, opened. The caller closes it."""
        return Database(self.environment["OPENEAR_DATABASE_URL"])

    @contextmanager
    def transaction(self, database: Database) -> Iterator[Transaction]:
        """A transaction that may write."""
        with database.write() as connection:
            yield Transaction(connection, self.keys(), datetime.now(UTC))

    def keys(self) -> Keys:
        """The keys of the installation."""
        return keyring.read(self.folder / "keys" / "openear.keys")

    # Processes

    def start(self, name: str, *arguments: str, before: Sequence[str] = ()) -> None:
        """Start `openear name …` in a process group of its own, by the command `before` (a tracer), if any."""
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*before, OPENEAR, name, *arguments],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def run(self, *arguments: str, said: str = "") -> None:
        """Run one command to its end; its output goes to the logs. Raises SoakError if it fails."""
        done = subprocess.run(
            [OPENEAR, *arguments],
            cwd=self.folder,
            env=self.environment,
            input=said.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=_PATIENCE,
        )
        with (self.logs / "commands.log").open("ab") as log:
            log.write(done.stdout)
        if done.returncode:
            raise SoakError(f"openear {arguments[0]} failed: {done.stdout.decode(errors='replace').strip()[-300:]}")

    def kill(self, name: str) -> None:
        """`kill -9` the whole process group."""
        process = self.processes.pop(name)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:  # it has ended by itself
            process.poll()
        process.wait(_PATIENCE)

    def stop(self, name: str) -> None:
        """Ask the process group to end; kill it after 20 seconds."""
        process = self.processes.pop(name)
        try:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)
        except ProcessLookupError:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(_PATIENCE)

    def children(self, name: str) -> list[int]:
        """The children of the named process."""
        parent = self.processes[name].pid
        try:
            found = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        except OSError:
            asked = subprocess.run(["/usr/bin/pgrep", "-P", str(parent)], capture_output=True, text=True, check=False)
            found = asked.stdout
        return [int(one) for one in found.split()]

    def work_done(self, name: str) -> dict[int, int]:
        """The processor time of each child so far, in clock ticks; empty if the system does not tell."""
        try:
            found = {
                one: Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in self.children(name)
            }
        except OSError:
            return {}
        return {process: int(numbers[11]) + int(numbers[12]) for process, numbers in found.items()}

    # Looking

    def runs(self, name: str) -> bool:
        """Whether the named process is running."""
        return self.processes[name].poll() is None

    def alive(self) -> bool:
        """Whether the web answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/healthz")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def said(self, name: str) -> bytes:
        """The output of the named processes so far."""
        path = self.logs / f"{name}.log"
        return path.read_bytes() if path.exists() else b""

    def errors(self) -> list[bytes]:
        """The log lines of our own loggers at ERROR or CRITICAL."""
        return [line for path in sorted(self.logs.glob("*.log")) for line in _OUR_ERRORS.findall(path.read_bytes())]

    def wait_until(self, what: str, reached: Callable[[], bool], seconds: float = _PATIENCE) -> None:
        """Wait until `reached` is true. Raises SoakError after `seconds`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if reached():
                return
            time.sleep(0.02)
        raise SoakError(f"still waiting after {seconds:.0f} s: {what}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
