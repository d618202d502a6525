"""Each text delivered five times at once to several processes has one effect; delivered again after erasure, none.

Only the web runs: the soak looks at what the database holds, not at what is sent. At the end it compares every row of
every table with the rows before the replay.
"""

import random
import tempfile
from pathlib import Path

from bot.engine.model import Channel
from bot.store.database import Database
from scripts.soaks import ledger
from scripts.soaks.client import Client, everybody
from scripts.soaks.provider import Provider
from scripts.soaks.report import Report
from scripts.soaks.residents import Outcome, Resident, invent, text
from scripts.soaks.site import Site

_SEED = 5_2026
_COPIES = 5
_AT_ONCE = 4
_ERASED_OF = 5  # every fifth resident
_NOTHING = Outcome((), (), 0, ())


def run(messages: int = 1000, processes: int = 4, database_url: str = "") -> Report:
    """Run the whole soak."""
    report = Report("once", "one message has one effect for ever: repeated, at once, and after erasure")
    residents = invent(messages, _SEED)
    with (
        tempfile.TemporaryDirectory(prefix="openear-soak-") as folder,
        Provider() as provider,
        Site(Path(folder), provider.url, database_url) as site,
    ):
        site.start("web", "--workers", str(processes))
        site.wait_until("the web is up", site.alive)
        site.wait_until("all its processes are there", lambda: len(site.children("web")) == processes)
        client = Client(site.port, minutes=10)
        before = site.work_done("web")
        everybody(residents, _AT_ONCE, lambda one: _say(client, one, _COPIES))
        database = site.database()
        _tell_spread(report, before, site.work_done("web"))
        report.tell("deliveries", client.deliveries)
        report.tell("answers", client.tell())
        ledger.judge(report, ledger.read(database, site.keys()), residents, client.acknowledged)
        erased = [_leaving(one) for one in residents[::_ERASED_OF]]
        everybody(erased, _AT_ONCE, lambda one: _say(client, one, _COPIES))
        _judge_erased(report, ledger.read(database, site.keys()), erased)
        _judge_replay(report, client, database, [*residents, *erased])
        ledger.sound(report, database)
        report.hold("answers other than 200 and 503", sum(client.answers.values()) - _fine(client))
        report.hold("unforeseen errors in the logs", len(site.errors()))
        database.close()
    return report


def _tell_spread(report: Report, before: dict[int, int], after: dict[int, int]) -> None:
    """Add how many processes took part, if the system tells the work of each."""
    if before:
        report.hold("processes that had a part", sum(after[one] > before.get(one, 0) for one in after), len(before))


def _say(client: Client, resident: Resident, copies: int) -> None:
    for one in resident.texts:
        client.deliver(one, copies)


def _leaving(resident: Resident) -> Resident:
    """The same resident, who now asks to be erased."""
    lots = random.Random(resident.phone)  # noqa: S311 (invented ids)
    return Resident(resident.phone, tuple(text(resident.phone, body, lots) for body in ("DELETE", "YES")), _NOTHING)


def _judge_erased(report: Report, found: ledger.Ledger, erased: list[Resident]) -> None:
    held = [found.of(one.phone) for one in erased]
    report.tell("residents erased by DELETE and YES", len(erased))
    report.hold("words and stories left of them", sum(len(one.words) + one.stories for one in held))
    known = found.keys.contact_hash(Channel.SMS, erased[0].phone) in found.contacts
    report.hold("their keyed id is remembered", known, promised=True)


def _judge_replay(report: Report, client: Client, database: Database, everything: list[Resident]) -> None:
    """Deliver all texts once more, in random order: no row may change."""
    before = ledger.contents(database)
    texts = [one for resident in everything for one in resident.texts]
    random.Random(_SEED).shuffle(texts)  # noqa: S311 (an order)
    alone = [Resident(one.phone, (one,), _NOTHING) for one in texts]
    everybody(alone, _AT_ONCE * 2, lambda one: _say(client, one, 1))
    after = ledger.contents(database)
    report.tell("texts delivered again after the erasure", len(texts))
    moved = sum(len(set(before[name]) ^ set(after[name])) for name in before)
    report.hold("rows that moved: resurrected, doubled or changed", moved)


def _fine(client: Client) -> int:
    return client.answers[200] + client.answers[503]
