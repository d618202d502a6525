"""Thousands of forged webhooks to the real app: none is accepted, none leaves a row, none breaks anything.

In this process, by Flask's test client. Genuine webhooks come first and are accepted, which shows that the forgery is
the reason for a refusal.
"""

import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bot.installation import open_installation
from bot.settings import read_settings
from scripts.soaks import ledger
from scripts.soaks.forging import FORGERIES, Delivery, genuine, signed, update
from scripts.soaks.provider import Provider
from scripts.soaks.report import Report
from scripts.soaks.site import Site
from webhooks.app import create_app

SEED = 4_2026
_GOOD = 20


def run(count: int = 10_000, seed: int = SEED) -> Report:
    """Send `count` forgeries, the kinds in turn; the same for the same seed."""
    report = Report("forgeries", "what no provider signed for us is refused and leaves nothing")
    lots = random.Random(seed)  # noqa: S311 (repeatable, on purpose)
    with (
        tempfile.TemporaryDirectory(prefix="openear-soak-") as folder,
        Provider() as provider,
        Site(Path(folder), provider.url, telegram=True) as site,
    ):
        settings = read_settings(site.environment, site.folder)
        installation = open_installation(settings)
        client = create_app(installation).test_client()
        good = [signed(genuine(lots)) for _ in range(_GOOD // 2)] + [update(lots) for _ in range(_GOOD // 2)]
        taken = sum(_post(client, one) == 200 for one in good)
        before = ledger.contents(installation.database)
        kinds = list(FORGERIES)
        answers: Counter[tuple[str, int]] = Counter()
        for number in range(count):
            kind = kinds[number % len(kinds)]
            answers[kind, _post(client, FORGERIES[kind](lots, genuine(lots)))] += 1
        after = ledger.contents(installation.database)
        installation.database.close()
    report.tell("seed", seed)
    report.tell("kinds of forgery", len(kinds))
    report.hold("genuine ones taken in, before", taken, _GOOD)
    report.hold("forgeries", answers.total(), count)
    _judge(report, answers)
    report.hold("rows left by them", sum(len(set(before[name]) ^ set(after[name])) for name in before))
    return report


def _post(client: Any, one: Delivery) -> int:
    status = client.post(one.path, data=one.body, content_type=one.kind, headers=dict(one.headers)).status_code
    return int(status)


def _judge(report: Report, answers: Counter[tuple[str, int]]) -> None:
    """Add the forgeries that were accepted (2xx) or broke something (5xx), by kind."""
    statuses = Counter(status for (_, status), count in answers.items() for _ in range(count))
    report.tell("answers", ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
    for (kind, status), count in sorted(answers.items()):
        if not 400 <= status < 500:
            report.tell(f"{status} to: {kind}", count)
    report.hold("accepted (2xx)", sum(count for (_, status), count in answers.items() if status < 300))
    report.hold("redirected (3xx)", sum(count for (_, status), count in answers.items() if 300 <= status < 400))
    report.hold("broken (5xx)", sum(count for (_, status), count in answers.items() if status >= 500))
