"""The whole product as an operator starts it: `init`, `serve`, `web` and `worker` as processes, against strict fakes.

Real sockets on loopback, real signatures, real database files. What a resident receives is what the fakes accepted.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from kit.fakes.telegram_api import TOKEN as BOT_TOKEN
from kit.fakes.telegram_api import USERNAME, FakeTelegram
from kit.fakes.twilio_api import ACCOUNT, NUMBER, TOKEN, FakeTwilio, sign, webhook

from bot.installation import now

pytestmark = [pytest.mark.enable_socket, pytest.mark.process]
OPENEAR = Path(__file__).parents[2] / ".venv" / "bin" / "openear"
PATIENCE = 60


class Server:
    """One folder with settings, and the commands run in it."""

    def __init__(self, folder: Path, twilio: FakeTwilio, telegram: FakeTelegram) -> None:
        self.folder, self.twilio, self.telegram = folder, twilio, telegram
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "OPENEAR_PORT": str(self.port),
            "OPENEAR_PUBLIC_URL": "https://ear.example.org",
            "OPENEAR_DRAFT_LANGUAGES": "1",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": NUMBER,
            "TWILIO_API_URL": twilio.url,
            "TELEGRAM_BOT_TOKEN": BOT_TOKEN,
            "TELEGRAM_WEBHOOK_SECRET": "a-secret-of-ours",
            "TELEGRAM_API_URL": telegram.url,
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def run(self, *arguments: str, good: bool = True) -> str:
        done = subprocess.run(
            [OPENEAR, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            check=False,
            text=True,
            timeout=60,
        )
        assert (done.returncode == 0) is good, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self, *arguments: str) -> None:
        with (self.folder / f"{arguments[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                [OPENEAR, *arguments], cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )
        self.processes.append(process)

    def stop(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(PATIENCE)
        self.processes.clear()

    def get(self, path: str, token: str = "") -> tuple[int, str]:
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {token}"} if token else {})
        return _answer(request)

    def text(self, sender: str, body: str, **extra: str) -> tuple[int, str]:
        """A text as Twilio's webhook brings it."""
        message = self.twilio.write(sender, body, now())
        return self.post_twilio(webhook(message, **extra))

    def post_twilio(self, form: dict[str, str], path: str = "/webhooks/twilio", signature: str = "") -> tuple[int, str]:
        signature = signature or sign(f"https://ear.example.org{path}", form)
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        return _answer(urllib.request.Request(self.url + path, urlencode(form).encode(), headers))

    def wait_until(self, reached: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if reached():
                return
            time.sleep(0.02)
        raise AssertionError("it did not happen: " + "".join(p.read_text()[-2000:] for p in self.folder.glob("*.log")))

    def ready(self) -> None:
        def alive() -> bool:
            try:
                return self.get("/readyz")[0] == 200
            except OSError:
                return False

        self.wait_until(alive)


def _answer(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return response.status, response.read().decode("utf-8-sig")
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, problem.read().decode()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with FakeTwilio() as twilio, FakeTelegram(now) as telegram:
        one = Server(tmp_path, twilio, telegram)
        yield one
        one.stop()


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with a safeguarding lead and an organiser, as the commands make it; the organiser's token."""
    folder = tmp_path_factory.mktemp("initialised")
    with FakeTwilio() as twilio, FakeTelegram(now) as telegram:
        made = Server(folder, twilio, telegram)
        made.run("init")
        made.run("organiser", "add", "lead@example.org", "--role", "safeguarding", "--campaign", "thrive")
        made.run("organiser", "add", "ana@example.org", "--role", "organiser", "--campaign", "thrive")
        return folder, made.run("organiser", "token", "ana@example.org").strip()


@pytest.fixture
def token(server: Server, initialised: tuple[Path, str]) -> str:
    """The organiser's token, for a server whose folder is a copy of the initialised one."""
    folder, token = initialised
    shutil.copytree(folder, server.folder, dirs_exist_ok=True)
    return token


def _received(server: Server) -> list[str]:
    return [message["Body"] for message in server.twilio.sent]


def test_a_story_by_sms_through_webhooks_is_answered_downloaded_and_erased(server: Server, token: str) -> None:
    server.start("serve")
    server.ready()
    phone = "+447911123456"
    assert server.text(phone, "hello")[0] == 200
    server.wait_until(lambda: len(server.twilio.sent) == 1)
    assert "Are you 16 or over" in _received(server)[0]
    server.text(phone, "YES my landlord will not mend the boiler, ring me on 07911 123456")
    server.text(phone, "DONE")
    server.wait_until(lambda: len(server.twilio.sent) == 2)
    status, csv = server.get("/export/thrive/stories.csv", token)
    assert status == 200
    assert "will not mend the boiler" in csv
    assert "07911" not in csv
    server.text(phone, "DELETE")
    server.text(phone, "yes")
    server.wait_until(lambda: any("We hold no words" in text for text in _received(server)))
    assert "boiler" not in server.get("/export/thrive/stories.csv", token)[1]
    assert len(server.get("/export/thrive/tombstones.csv", token)[1].splitlines()) == 2


@pytest.mark.usefixtures("token")
def test_messages_are_fetched_by_polling_without_a_public_address(server: Server) -> None:
    server.environment.pop("OPENEAR_PUBLIC_URL")
    server.telegram.say(7001, "/start", language_code="so")
    server.twilio.write("+447911123456", "dzień dobry", now())
    server.start("serve", "--poll")
    server.wait_until(lambda: bool(server.telegram.sent) and bool(server.twilio.sent))
    assert "TAK" in _received(server)[0]
    assert server.telegram.sent[0]["reply_markup"]
    server.telegram.tap(7001, "consent:yes")
    server.wait_until(lambda: len(server.telegram.sent) == 2 and len(server.telegram.answered) == 1)
    server.wait_until(lambda: set(server.telegram.commands) >= {"", "en", "so", "ta"})


@pytest.mark.usefixtures("token")
def test_web_and_worker_apart_do_the_same(server: Server) -> None:
    server.start("web", "--workers", "2")
    server.start("worker")
    server.ready()
    for number in range(8):
        assert server.text(f"+4479111234{number:02}", "hello")[0] == 200
    server.wait_until(lambda: len(server.twilio.sent) == 8)


@pytest.mark.usefixtures("token")
def test_a_webhook_that_is_not_twilios_is_refused_and_leaves_nothing(server: Server) -> None:
    server.start("serve")
    server.ready()
    form = webhook(server.twilio.write("+447911123456", "hello", now()))
    assert server.post_twilio(form, signature="AAAA")[0] == 403
    assert server.post_twilio({**form, "AccountSid": "AC" + "0" * 32})[0] == 403
    assert server.post_twilio({**form, "To": "+447000000000"})[0] == 403
    folded = {name: value for name, value in form.items() if name != "Body"}
    assert server.post_twilio(folded)[0] == 403
    assert server.post_twilio(form)[0] == 200
    assert server.post_twilio(form)[0] == 200
    server.wait_until(lambda: len(server.twilio.sent) == 1)


@pytest.mark.usefixtures("token")
def test_a_stop_that_twilio_knows_of_is_remembered(server: Server) -> None:
    server.twilio.opted_out.add("+447911123456")
    server.start("serve")
    server.ready()
    server.text("+447911123456", "hello")
    server.text("+447911123457", "hello")
    server.wait_until(lambda: len(server.twilio.sent) == 1)
    server.text("+447911123456", "yes")
    server.text("+447911123457", "yes")
    server.wait_until(lambda: len(server.twilio.sent) == 2)
    assert {message["To"] for message in server.twilio.sent} == {"+447911123457"}


def test_serving_refuses_to_start_and_lists_every_problem_with_its_mend(server: Server) -> None:
    server.environment.pop("TWILIO_FROM")
    server.environment["OPENEAR_PORT"] = "many"
    said = server.run("serve", good=False)
    assert "TWILIO_FROM" in said
    assert "OPENEAR_PORT" in said
    assert "Traceback" not in said


def test_serving_refuses_to_start_without_a_safeguarding_lead(server: Server) -> None:
    server.run("init")
    said = server.run("serve", good=False)
    assert "safeguarding" in said
    assert "openear organiser add EMAIL --role safeguarding" in said


def test_a_hub_gets_its_link_keyword_and_a_text_in_each_language(server: Server) -> None:
    server.run("init")
    said = server.run("hub", "add", "LRMN", "--name", "Lewisham Refugee and Migrant Network")
    assert f"https://t.me/{USERNAME}?start=LRMN" in said
    assert f"text LRMN to {NUMBER}" in said
    assert "[so] Soomaali" in said
    assert "LRMN" in server.run("hub", "list")
