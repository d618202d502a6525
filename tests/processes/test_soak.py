"""`scripts/soak` in small: the same soaks with few messages keep their promises, and each would notice a broken one."""

import base64
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, quote

import pytest
from click.testing import CliRunner
from kit.sandbox import Sandbox

from bot.channels.twilio.inbound import verify
from scripts.soaks import canaries, forgeries, forging, fsync, kills, ledger, once, searching
from scripts.soaks.__main__ import soak
from scripts.soaks.provider import Accepted
from scripts.soaks.report import Report
from scripts.soaks.residents import invent
from scripts.soaks.twilio import ADDRESS, PATH, TOKEN

pytestmark = [pytest.mark.enable_socket, pytest.mark.process]


def kept(report: Report) -> Report:
    assert not report.broken, "\n".join(report.lines())
    return report


def test_what_was_acknowledged_survives_kills() -> None:
    report = kept(kills.run(messages=150, kills=3, settle_s=2))
    assert report.value("kills of worker") == 1
    assert report.value("kills of one of gunicorn's processes") == 2
    assert report.value("stories") == 28


def test_five_deliveries_at_once_have_one_effect_and_none_after_an_erasure() -> None:
    report = kept(once.run(messages=40, processes=2))
    assert report.value("residents erased by DELETE and YES") == 2


def test_no_forgery_is_accepted() -> None:
    report = kept(forgeries.run(count=520))
    assert report.value("kinds of forgery") == len(forging.FORGERIES) == 26


def test_no_word_lies_in_the_clear_and_no_ciphertext_outlives_an_erasure() -> None:
    kept(canaries.run(thorough=False))


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: power loss is not tried")
def test_an_acknowledgement_comes_after_a_sync() -> None:
    report = fsync.run(messages=10)
    if report.skipped:
        pytest.skip(report.skipped)
    kept(report)


# --- each would notice


def test_a_lost_message_a_doubled_word_and_a_missing_reply_are_noticed() -> None:
    residents = invent(7, seed=1)
    texts = residents[0].texts
    sandbox = Sandbox()
    try:
        for text in texts:
            sandbox.arrive(text.body, text.phone, text.sid)
        acknowledged = {text.sid for text in texts}
        found = ledger.read(sandbox.installation.database, sandbox.installation.keys)
        good = Report("", "")
        ledger.judge(good, found, residents, acknowledged)
        assert not good.broken
        held = found.of(residents[0].phone)
        held.words.append(held.words[0])
        del held.replies[-1]
        held.stories += 1
        found.seen.discard(found.keys.message_hash("sms", texts[0].sid))
        bad = Report("", "")
        ledger.judge(bad, found, residents, acknowledged)
    finally:
        sandbox.close()
    values = {one.what: one.value for one in bad.broken}
    assert values == {
        "acknowledged messages lost": 1,
        "messages taken in": 6,
        "words of residents doubled": 1,
        "stories": 2,
        "residents with a story too many or too few": 1,
        "replies owed and neither queued nor sent": 1,
        "residents whose whole outcome differs": 1,
    }


def test_a_reply_sent_twice_is_pardoned_only_as_the_last_of_a_line_that_broke() -> None:
    first, again = Accepted(1, "+447911000001", "a"), Accepted(2, "+447911000001", "a")
    between = Accepted(1, "+447911000002", "b")
    assert kills.sent_again([first, again]) == (1, 0)
    assert kills.sent_again([first, between, again]) == (0, 1)
    assert kills.sent_again([first, between]) == (0, 0)


def test_a_row_that_moves_is_noticed() -> None:
    sandbox = Sandbox()
    try:
        sandbox.arrive("hello")
        before = ledger.contents(sandbox.installation.database)
        sandbox.arrive("hello again")
        after = ledger.contents(sandbox.installation.database)
    finally:
        sandbox.close()
    assert {name for name in before if before[name] != after[name]} >= {"seen", "conversations"}


def test_a_forgery_that_is_accepted_or_breaks_something_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgeries, "FORGERIES", {"none at all": lambda _lots, good: forging.signed(good)})
    report = forgeries.run(count=3)
    assert {one.what: one.value for one in report.broken}["accepted (2xx)"] == 3
    assert "rows left by them" in {one.what for one in report.broken}


def test_the_forgeries_that_are_divided_anew_do_keep_a_valid_signature() -> None:
    lots = random.Random(1)
    for kind in (
        "parameter folded into another, still well signed",
        "text divided into parameters, still well signed",
        "parameter given twice, still well signed",
    ):
        one = forging.FORGERIES[kind](lots, forging.genuine(lots))
        fields = parse_qs(one.body.decode(), keep_blank_values=True)
        assert verify(ADDRESS + PATH, fields, one.headers["X-Twilio-Signature"], TOKEN), kind


TRACE = """\
7 recvfrom(9, "GET /healthz HTTP/1.1\\r\\nHost"..., 8192, 0, NULL, NULL) = 99
7 sendto(9, "HTTP/1.1 200 OK\\r\\n"..., 200, 0, NULL, 0) = 200
8 recvfrom(9, "POST /webhooks/twilio HTTP/1.1\\r\\n"..., 8192, 0, NULL, NULL) = 900
8 fdatasync(12</data/openear.db-wal> <unfinished ...>
7 recvfrom(9, "", 8192, 0, NULL, NULL) = 0
8 <... fdatasync resumed>) = 0
8 sendto(9, "HTTP/1.1 200 OK\\r\\n"..., 200, 0, NULL, 0) = 200
8 recvfrom(9, "POST /webhooks/twilio HTTP/1.1\\r\\n"..., 8192, 0, NULL, NULL) = 900
8 fdatasync(12</data/openear.db-wal>) = 0
8 sendto(9, "HTTP/1.1 200 OK\\r\\n"..., 200, 0, NULL, 0) = 200
"""


def test_an_acknowledgement_before_the_sync_is_noticed() -> None:
    lines = TRACE.splitlines()
    assert fsync.order(lines) == fsync.Order(answers=2, synced=2)
    assert fsync.order(lines[:5] + lines[6:]) == fsync.Order(answers=2, synced=1)  # it never ended
    assert fsync.order(lines[:8] + lines[9:]) == fsync.Order(answers=2, synced=1)  # there was none
    assert fsync.order([*lines[:8], lines[9], lines[8]]) == fsync.Order(answers=2, synced=1)  # it came too late
    other = [line.replace("openear.db-wal", "another.file") for line in lines]
    assert fsync.order(other) == fsync.Order(answers=2, synced=0)


def test_a_ciphertext_is_found_by_any_of_its_pieces(tmp_path: Path) -> None:
    sealed = random.Random(1).randbytes(83)
    for at in (0, 40, 50):
        (tmp_path / "page").write_bytes(bytes(30) + sealed[at : at + 33] + bytes(30))
        assert searching.search(tmp_path, searching.pieces([sealed])).hits, at
    (tmp_path / "page").write_bytes(bytes(100))
    assert not searching.search(tmp_path, searching.pieces([sealed])).hits


def test_a_broken_promise_ends_with_1_and_a_kept_one_with_0(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(count: int, seed: int) -> Report:
        report = Report("forgeries", "none is accepted")
        report.hold("accepted", int(seed == 1))
        return report

    monkeypatch.setattr(forgeries, "run", broken)
    done = CliRunner().invoke(soak, ["forgeries", "--seed", "1"])
    assert done.exit_code == 1
    assert "BROKEN (promised 0)" in done.output
    assert CliRunner().invoke(soak, ["forgeries", "--seed", "2"]).exit_code == 0


@pytest.mark.parametrize("form", ["utf-8", "utf-16-le", "hex", "base64+0", "base64+1", "base64+2", "address", "json"])
def test_words_are_found_in_each_form(tmp_path: Path, form: str) -> None:
    hidden: dict[str, Callable[[bytes], bytes]] = {
        "utf-8": lambda raw: raw,
        "utf-16-le": lambda raw: raw.decode().encode("utf-16-le"),
        "hex": lambda raw: raw.hex().encode(),
        "base64+0": lambda raw: base64.b64encode(b"abc" + raw + b"z"),
        "base64+1": lambda raw: base64.b64encode(b"a" + raw + b"zz"),
        "base64+2": lambda raw: base64.b64encode(b"ab" + raw),
        "address": lambda raw: quote(raw).encode(),
        "json": lambda raw: json.dumps(raw.decode()).encode(),
    }
    word = "Żółwińska"
    (tmp_path / "log").write_bytes(b"before" + hidden[form](word.encode()) + b"after")
    needles = searching.forms([word])
    assert searching.search(tmp_path, needles).hits == (f"log: canary 1 as {form}",)
    assert searching.search(tmp_path, needles, [tmp_path / "log"]).hits == ()
