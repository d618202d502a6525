"""A name, a telephone number and a story go through every feature, every logger at DEBUG; then every file is searched.

Real processes in a folder of their own, which holds database, logs, temporary files and backups. No file may hold
plaintext at any time. After DELETE, the operator's `erase`, a NO and the restore of an older backup, no file may hold a
byte of the earlier ciphertexts. To show that the search works, it must find the words in a raw download, and the
ciphertexts before the erasure.
"""

import http.client
import json
import random
import socket
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode

from bot.store import facts, organisers, tables
from scripts.soaks import ledger
from scripts.soaks.client import Client
from scripts.soaks.provider import Provider
from scripts.soaks.report import Report
from scripts.soaks.residents import text
from scripts.soaks.searching import forms, pieces, search
from scripts.soaks.site import TELEGRAM_SECRET, Site
from scripts.soaks.twilio import PATH, form

_PHONE, _OTHER_PHONE, _CHAT = "+447911987654", "+447911987655", 918273645
_NAME = "Zephyrine Quillfeather-Żółwińska"
_STORY = f"my landlord {_NAME} keeps a wolverine in the boiler room"
_REACH = "ring me on 07911 987654 or write to zephyrine@quill.example"
_WORDS = (
    "Zephyrine",
    "Quillfeather",
    "Żółwińska",
    "wolverine",
    "boiler room",
    "911987654",
    "07911 987654",
    "911987655",
    "quill.example",
    str(_CHAT),
    TELEGRAM_SECRET,
)
#: Runs before the code of each Python process: every logger writes at every level, whatever is set.
_LOUD = """\
import logging, sys
sys.stderr.write("every logger speaks\\n")
logging.Logger.isEnabledFor = lambda self, level: True
logging.Logger.getEffectiveLevel = lambda self: logging.DEBUG
"""
_HASHES = {"hash", "chain", "message"}


def run(*, thorough: bool = True) -> Report:
    """Run the whole day; without `thorough`, leave out the commands that only read."""
    report = Report("canaries", "words, names and numbers are nowhere unencrypted; what is erased is gone")
    with tempfile.TemporaryDirectory(prefix="openear-soak-") as base, Provider() as provider:
        folder = Path(base) / "site"
        for name in ("", "tmp", "backups"):
            (folder / name).mkdir()
        (Path(base) / "loud").mkdir()
        (Path(base) / "loud" / "sitecustomize.py").write_text(_LOUD)
        loud = {
            "OPENEAR_LOG_LEVEL": "debug",
            "PYTHONPATH": str(Path(base) / "loud"),
            "TMPDIR": str(folder / "tmp"),
        }
        with Site(folder, provider.url, telegram=True, **loud) as site:
            _Day(report, site, provider, Path(base) / "downloads", thorough=thorough).run()
    return report


class _Day:
    """One day of one installation."""

    def __init__(self, report: Report, site: Site, provider: Provider, downloads: Path, *, thorough: bool) -> None:
        self._thorough = thorough
        self._refusals = [400, 500] if thorough else [400]  # after a 500 the worker waits some seconds
        self._report = report
        self._site = site
        self._provider = provider
        self._downloads = downloads
        self._client = Client(site.port, minutes=10)
        self._lots = random.Random(7)  # noqa: S311 (invented ids)
        self._backups = site.folder / "backups"
        self._searched = [0, 0]
        self._update = 1
        downloads.mkdir()

    def run(self) -> None:
        """From the first hello to the restored backup."""
        self._site.start("serve")
        self._site.wait_until("the web is up", self._site.alive)
        self._residents_write()
        early = self._sealed()  # with waiting replies, which keep text and address until they are sent
        self._strangers_knock()
        self._organisers_work()
        self._search("while it is served")
        sealed = sorted({*early, *self._sealed()})
        held = search(self._site.folder, pieces(sealed), [self._backups])
        self._report.tell("ciphertexts of the residents", len(sealed))
        self._report.hold("before the erasure, the search finds them", bool(held.hits), promised=True)
        self._erase()
        self._search("after the erasure")
        self._gone("after the erasure", sealed)
        self._site.stop("serve")
        self._search("after the end")
        self._gone("after the end", sealed)
        self._site.run("restore", str(self._backups / "one"))
        self._search("after the restore")
        self._gone("after the restore of a backup from before", sealed)
        if self._thorough:
            self._apart()
            self._gone("after another day, web and worker apart", sealed)
        in_backups = search(self._backups, pieces(sealed))
        self._report.tell("pieces of them in backups from before, counted apart", len(in_backups.hits))
        self._report.tell("files searched", self._searched[0])
        self._report.tell("megabytes searched", round(self._searched[1] / 1e6, 1))
        said = [path.read_bytes() for path in self._site.logs.iterdir()]
        self._report.tell("lines of logs and output", sum(one.count(b"\n") for one in said))
        self._report.hold(
            "all loggers were at DEBUG", all(b"every logger speaks" in one for one in said), promised=True
        )

    # What happens

    def _residents_write(self) -> None:
        self._provider.refusing += self._refusals
        for body in ("hello", "YES", _STORY, f"I am {_NAME}, {_REACH}", "DONE", _STORY):
            self._sms(_PHONE, body)
        for body in ("/start", "yes", _STORY, f"I want to kill myself. {_NAME}, {_REACH}", f"my story {_NAME}"):
            self._telegram(body)
        self._telegram(f"edited: {_STORY}", edited=3)
        for body in ("hello", f"the wolverine of {_NAME} is mine, {_REACH}, and I have not agreed to anything yet"):
            self._sms(_OTHER_PHONE, body)

    def _strangers_knock(self) -> None:
        fields = urlencode(form(text(_PHONE, _STORY, self._lots)))
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self._ask("POST", PATH, fields, {**kind, "X-Twilio-Signature": _PHONE})
        self._ask("POST", PATH, "x" * 100_000 + _STORY, kind)
        self._ask("POST", "/webhooks/telegram", json.dumps({"text": _STORY}), {"X-Telegram-Bot-Api-Secret-Token": "no"})
        self._ask("GET", f"/{quote(_NAME)}/{_PHONE}?token={quote(_STORY)}")
        for nonsense in (f"{_STORY} {_PHONE}", f"GET /{_PHONE} HTTP/7.7", f"GET / HTTP/1.1\r\n{_NAME} {_REACH}"):
            self._shout(nonsense)
        self._ask("GET", f"/export/thrive/stories.csv?hub={quote(_NAME)}", headers={"Authorization": "Bearer oe_no"})

    def _organisers_work(self) -> None:
        tokens = {role: self._token(role) for role in ("raw", "organiser")}
        kinds = ("csv", "jsonl", "docx") if self._thorough else ("csv",)
        got = {
            (role, kind): self._ask("GET", f"/export/thrive/stories.{kind}", headers=_bearer(tokens[role]))
            for role in tokens
            for kind in kinds
        }
        raw, redacted = (got[role, "csv"].decode() for role in ("raw", "organiser"))
        self._report.hold("a raw download shows the words", "wolverine" in raw and "07911 987654" in raw, promised=True)
        leaks = "987654" in redacted or "quill.example" in redacted
        self._report.hold("a redacted one shows a number or an address", leaks, promised=False)
        self._ask("GET", f"/export/thrive/stories.csv?hub={quote(_NAME)}", headers=_bearer(tokens["raw"]))
        self._site.run("backup", str(self._backups / "one"))
        if self._thorough:
            self._commands(raw.splitlines()[1].split(",")[0].strip('"'))

    def _commands(self, story: str) -> None:
        run = self._site.run
        run("export", "--campaign", "thrive", "--raw", "--reason", "a soak", "-o", str(self._downloads / "raw.csv"))
        run("export", "--campaign", "thrive", "-o", str(self._downloads / "redacted.csv"))
        found = search(self._downloads, forms(_WORDS))
        raw = any(one.startswith("raw.csv") for one in found.hits)
        self._report.hold("the search finds words in a raw file", raw, promised=True)
        run("chat", said=f"hello\n{_STORY}\nYES\nI am {_NAME}, {_REACH}\nDONE\n/wait 8d\n")
        run("detect", said=f"{_STORY}\n{_NAME}\n")
        run("parts", said=f"{_STORY}\n{_REACH}\n")
        run("mark", story, said=f"{_NAME}\n")
        run("flags", "list")
        run("purge")
        run("keys", "rotate")

    def _erase(self) -> None:
        self._sms(_PHONE, "DELETE")
        self._sms(_PHONE, "YES")
        self._sms(_OTHER_PHONE, "NO")
        self._site.run("erase", "--yes", f"telegram:{_CHAT}")
        database = self._site.database()

        def clean() -> bool:
            with self._site.transaction(database) as tx:
                wanted = facts.get(tx, facts.SCRUB)
            return not wanted and not ledger.waiting(database)

        self._site.wait_until("replies are out, and the log is emptied", clean, 120)
        database.close()

    def _apart(self) -> None:
        """The same under gunicorn, with the worker in a process of its own."""
        self._site.start("web", "--workers", "2")
        self._site.start("worker")
        self._site.wait_until("the web is up", self._site.alive)
        self._residents_write()
        self._strangers_knock()
        self._search("with web and worker apart")
        self._erase()
        self._site.stop("web")
        self._site.stop("worker")
        self._search("at the very end")

    # What is looked at

    def _search(self, when: str) -> None:
        found = search(self._site.folder, forms(_WORDS))
        self._searched = [self._searched[0] + found.files, self._searched[1] + found.size]
        self._report.hold(f"plaintext {when}", len(found.hits))
        for one in found.hits[:5]:
            self._report.tell("  found in", one)

    def _gone(self, when: str, sealed: list[bytes]) -> None:
        found = search(self._site.folder, pieces(sealed), [self._backups])
        self._report.hold(f"ciphertext {when}", len(found.hits))
        for one in found.hits[:5]:
            self._report.tell("  found in", one)

    def _sealed(self) -> list[bytes]:
        """Every ciphertext that the database holds now."""
        database = self._site.database()
        found: list[bytes] = []
        with database.read() as connection:
            for table in tables.metadata.sorted_tables:
                for row in connection.execute(table.select()).mappings():
                    bodies = [value for name, value in row.items() if name not in _HASHES and isinstance(value, bytes)]
                    found += filter(None, bodies)
        database.close()
        return found

    # Ways in

    def _sms(self, phone: str, body: str) -> None:
        self._client.deliver(text(phone, body, self._lots))

    def _telegram(self, body: str, edited: int = 0) -> None:
        self._update += 1
        now = int(datetime.now(UTC).timestamp())
        person = {"id": _CHAT, "is_bot": False, "first_name": _NAME, "language_code": "en", "username": "Quillfeather"}
        message = {
            "message_id": edited or self._update,
            "date": now,
            "chat": {"id": _CHAT, "type": "private"},
            "from": person,
            "text": body,
            **({"edit_date": now} if edited else {}),
        }
        update = {"update_id": self._update, "edited_message" if edited else "message": message}
        headers = {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}
        self._ask("POST", "/webhooks/telegram", json.dumps(update), headers)

    def _ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> bytes:
        line = http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=30)
        try:
            line.request(method, path, body.encode(), headers or {})
            return line.getresponse().read()
        finally:
            line.close()

    def _shout(self, nonsense: str) -> None:
        """Send something that is not HTTP; the answer does not matter."""
        with socket.create_connection(("127.0.0.1", self._site.port), timeout=30) as line:
            line.sendall(nonsense.encode() + b"\r\n\r\n")
            line.shutdown(socket.SHUT_WR)
            while line.recv(4096):
                pass

    def _token(self, role: str) -> str:
        database = self._site.database()
        with self._site.transaction(database) as tx:
            organisers.add(tx, f"{role}@example.org", role, "thrive", "")
            token = organisers.new_token(tx, f"{role}@example.org")
        database.close()
        return token


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
