"""`kill -9`, hundreds of times, under a stream of signed texts: nothing acknowledged is lost, nothing is doubled.

Kills follow the progress, not the clock: traffic waits when it is ahead of them, so that each hits a busy
installation. Most hit one of gunicorn's processes, some the worker's group, some gunicorn with all its children.
"""

import itertools
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from bot.store.database import Database
from scripts.soaks import ledger
from scripts.soaks.client import Client, everybody
from scripts.soaks.provider import Accepted, Provider
from scripts.soaks.report import Report
from scripts.soaks.residents import Resident, invent
from scripts.soaks.site import Site, SoakError

_SEED = 20_261_121
_RESIDENTS_AT_ONCE = 8
_DOUBLED = 10  # one text in ten comes twice at once
_RUNNING = b"The worker is running."


@dataclass(slots=True)
class Pace:
    """Keeps kills and traffic together: one kill for every `step` acknowledged texts."""

    step: float
    acknowledged: int = 0
    kills: int = 0
    failed: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)

    def before_a_text(self) -> None:
        """Wait while the kills are behind."""
        with self.changed:
            self.changed.wait_for(lambda: self.failed or self.acknowledged < (self.kills + 2) * self.step)
            if self.failed:
                raise SoakError("a kill failed")

    def before_a_kill(self) -> None:
        """Wait until the next kill is due."""
        with self.changed:
            self.changed.wait_for(lambda: self.failed or self.acknowledged >= (self.kills + 1) * self.step)

    def took(self, *, texts: int = 0, kills: int = 0, failed: bool = False) -> None:
        """Record what happened, and wake those who wait."""
        with self.changed:
            self.acknowledged += texts
            self.kills += kills
            self.failed = self.failed or failed
            self.changed.notify_all()


class Killer(threading.Thread):
    """Kills processes and starts them again. `done` counts kills by victim."""

    def __init__(self, site: Site, pace: Pace, kills: int) -> None:
        super().__init__(name="killer", daemon=True)
        self._site = site
        self._pace = pace
        self._lots = random.Random(_SEED)  # noqa: S311 (whom to kill)
        masters, workers = kills // 10, max(1, kills * 3 // 10)
        self._victims = ["gunicorn and all its children"] * masters + ["worker"] * workers
        self._victims += ["one of gunicorn's processes"] * (kills - len(self._victims))
        self._lots.shuffle(self._victims)
        self._worker_starts = 1
        self.done: Counter[str] = Counter()
        self.problem = ""

    def run(self) -> None:
        """All kills, in order."""
        tenth = max(1, len(self._victims) // 10)
        try:
            for victim in self._victims:
                self._pace.before_a_kill()
                if self._pace.failed:
                    return
                {"worker": self._kill_worker, "one of gunicorn's processes": self._kill_child}.get(
                    victim, self._kill_master
                )()
                self.done[victim] += 1
                self._pace.took(kills=1)
                if self.done.total() % tenth == 0:
                    click.echo(f"{self.done.total()} of {len(self._victims)} kills", err=True)
        except (SoakError, OSError, subprocess.SubprocessError) as problem:
            self.problem = str(problem) or type(problem).__name__
        finally:
            if self.done.total() < len(self._victims):  # after any error: the traffic must not wait for the other kills
                self._pace.took(failed=True)

    def _kill_child(self) -> None:
        self._site.wait_until("a process of gunicorn's", lambda: bool(self._site.children("web")))
        victim = self._lots.choice(self._site.children("web"))
        _kill(victim)

    def _kill_master(self) -> None:
        self._site.kill("web")
        self._site.start("web", "--workers", "2")
        self._site.wait_until("the web is up again", self._site.alive)

    def _kill_worker(self) -> None:
        """Kill the worker once it is running: while it starts, it has nothing in flight."""
        self._site.wait_until("the worker is running", self.worker_runs)
        self._site.kill("worker")
        self._site.start("worker")
        self._worker_starts += 1

    def worker_runs(self) -> bool:
        """Whether the worker that was started last is running."""
        return self._site.said("worker").count(_RUNNING) >= self._worker_starts


def run(
    messages: int = 10_000, kills: int = 200, database_url: str = "", minutes: float = 25.0, settle_s: float = 180.0
) -> Report:
    """Run the whole soak. `settle_s`: seconds that replies may take to go out after the traffic."""
    report = Report("kills", "what was acknowledged survives kill -9, with its reply, and once")
    residents = invent(messages, _SEED)
    with (
        tempfile.TemporaryDirectory(prefix="openear-soak-") as folder,
        Provider() as provider,
        Site(Path(folder), provider.url, database_url) as site,
    ):
        site.start("web", "--workers", "2")
        site.start("worker")
        pace = Pace(messages / (kills + 1))
        killer = Killer(site, pace, kills)
        client = Client(site.port, minutes, lambda: pace.failed)
        site.wait_until("the web is up", site.alive)
        site.wait_until("the worker is running", killer.worker_runs)
        problem = _traffic(residents, client, provider, pace, killer)
        database = site.database()
        unsent = _settled(database, settle_s)
        for name in list(site.processes):
            site.kill(name)
        _tell_traffic(report, client, killer)
        report.hold("kills", sum(killer.done.values()), kills)
        report.hold("errors of the soak itself", problem or killer.problem or "none", "none")
        found = ledger.read(database, site.keys())
        ledger.judge(report, found, residents, client.acknowledged)
        ledger.sound(report, database)
        _judge_sending(report, found, residents, provider.accepted, killer.done["worker"])
        report.tell("replies still waiting at the end", unsent)
        report.hold("unforeseen errors in the logs", len(site.errors()))
        database.close()
    return report


def _traffic(residents: list[Resident], client: Client, provider: Provider, pace: Pace, killer: Killer) -> str:
    """Send all texts during the kills. Returns what went wrong with the soak; empty if nothing did."""
    turns = itertools.count(1)

    def speak(resident: Resident) -> None:
        for text in resident.texts:
            pace.before_a_text()
            provider.write(text)
            client.deliver(text, copies=2 if next(turns) % _DOUBLED == 0 else 1)
            pace.took(texts=1)

    killer.start()
    problem, ended = "", False
    try:
        everybody(residents, _RESIDENTS_AT_ONCE, speak)
        ended = True
    except SoakError as found:
        problem = str(found)
    finally:
        if not ended:
            pace.took(failed=True)
        killer.join(180)
    return problem


def _settled(database: Database, seconds: float) -> int:
    """Wait until all replies are sent (those of a killed worker after its lease). Returns how many are not."""
    end = time.monotonic() + seconds
    while (left := ledger.waiting(database)) and time.monotonic() < end:
        time.sleep(0.5)
    return left


def _tell_traffic(report: Report, client: Client, killer: Killer) -> None:
    report.tell("deliveries", client.deliveries)
    report.tell("answers", client.tell())
    strange = sum(count for status, count in client.answers.items() if status not in {0, 200, 503})
    report.hold("answers other than 200, 503 and none", strange)
    for victim, count in sorted(killer.done.items()):
        report.tell(f"kills of {victim}", count)


def _judge_sending(
    report: Report, found: ledger.Ledger, residents: list[Resident], accepted: list[Accepted], worker_kills: int
) -> None:
    """Compare what the provider accepted with what the outbox says was sent."""
    by_phone = Counter(to for to, _ in {(one.to, one.body) for one in accepted})
    sent = {one.phone: found.of(one.phone).statuses.count("sent") for one in residents}
    in_flight, otherwise = sent_again(accepted)
    report.tell("replies sent", sum(sent.values()))
    report.hold("replies marked as sent that no provider got", sum(n > by_phone[phone] for phone, n in sent.items()))
    report.tell("replies sent twice, in flight at a kill of the worker", in_flight)
    report.hold("replies sent twice otherwise", otherwise)
    report.hold("more sent twice than workers killed", max(0, in_flight - worker_kills))


def sent_again(accepted: Sequence[Accepted]) -> tuple[int, int]:
    """How often the same words went to the same telephone again: after the last sending of a line, and otherwise.

    No resident of a soak is ever owed the same words twice. A worker that is killed between the provider's yes and its
    own note of it leaves a line whose last sending nobody noted.
    """
    last = {one.line: number for number, one in enumerate(accepted)}
    copies: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, one in enumerate(accepted):
        copies[one.to, one.body].append(number)
    again = [number for numbers in copies.values() for number in numbers[:-1]]
    in_flight = sum(last[accepted[number].line] == number for number in again)
    return in_flight, len(again) - in_flight


def _kill(process: int) -> None:
    """`kill -9` one process, which may have ended by itself."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return
