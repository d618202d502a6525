"""Power loss: between a request and its 2xx, the write-ahead log is synced to the disk.

`kill -9` cannot show this, because the system's memory survives a killed process. So the web runs under `strace`, which
records reads, syncs and answers in order. Linux only; skipped without strace.
"""

import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scripts.soaks.client import Client
from scripts.soaks.provider import Provider
from scripts.soaks.report import Report
from scripts.soaks.residents import invent
from scripts.soaks.site import Site
from scripts.soaks.twilio import PATH

_SEED = 6_2026
_CALLS = "trace=recvfrom,recvmsg,read,sendto,sendmsg,write,writev,fsync,fdatasync"
_SYNC = re.compile(r"f(?:data)?sync\(\d+<[^>]*-wal>")
_RESUMED = re.compile(r"<\.\.\. f(?:data)?sync resumed>")
_ANSWER = re.compile(r'"HTTP/1\.[01] 2\d\d')


@dataclass(frozen=True, slots=True)
class Order:
    """The number of answers with a 2xx, and of those that came after a sync since their request."""

    answers: int
    synced: int


def run(messages: int = 100) -> Report:
    """Send `messages` texts, one after the other, to a web under strace."""
    report = Report("fsync", "what was acknowledged survives a power cut: it is on the disk before")
    strace = shutil.which("strace")
    if strace is None:
        report.skipped = "strace is not installed (apt-get install strace)"
        return report
    with (
        tempfile.TemporaryDirectory(prefix="openear-soak-") as folder,
        Provider() as provider,
        Site(Path(folder), provider.url) as site,
    ):
        trace = Path(folder) / "trace"
        tracer = (strace, "-f", "--seccomp-bpf", "-y", "-s", "64", "-o", str(trace), "-e", _CALLS)
        site.start("web", "--workers", "1", before=tracer)
        site.wait_until("the web is up, or strace may not trace here", lambda: site.alive() or not site.runs("web"))
        if not site.runs("web"):
            report.skipped = "strace may not trace here: " + site.said("web").decode(errors="replace")[-200:].strip()
            return report
        client = Client(site.port, minutes=5)
        for resident in invent(messages, _SEED):
            for text in resident.texts:
                client.deliver(text)
        site.stop("web")
        found = order(trace.read_text(errors="replace").splitlines())
    report.hold("texts acknowledged", len(client.acknowledged), messages)
    report.hold("answers with a 2xx in the trace", found.answers, messages)
    report.hold("of them, after a sync of the log since their request", found.synced, messages)
    return report


def order(trace: Iterable[str]) -> Order:
    """Read the order of requests, syncs and answers from the output of strace; one request at a time."""
    open_request = synced = False
    syncing: set[str] = set()  # processes with a sync under way
    answers = after = 0
    for line in trace:
        process, _, call = line.partition(" ")
        if f'"POST {PATH} ' in call:
            open_request, synced = True, False
            syncing.clear()
        elif _SYNC.search(call):
            if "<unfinished" in call:
                syncing.add(process)
            elif call.rstrip().endswith("= 0"):
                synced = True
        elif _RESUMED.search(call) and process in syncing:
            syncing.discard(process)
            synced = synced or call.rstrip().endswith("= 0")
        elif open_request and _ANSWER.search(call):
            open_request = False
            answers += 1
            after += synced
    return Order(answers, after)
