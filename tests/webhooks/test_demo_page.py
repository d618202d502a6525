"""The demo's page in a real browser: a story on each phone, taps, time, the list, deletion, downloads; WCAG 2.2 AA.

Needs Debian's chromium (`apt install chromium`); without it these tests are skipped, and say so. Nothing may leave
loopback.
"""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from waitress.server import create_server

from bot.demo.invented_stories import samples
from bot.demo.world import World, open_world
from webhooks.app import create_app
from webhooks.pages import demo

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}: apt install chromium"),
    pytest.mark.allow_hosts(["127.0.0.1"]),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    """A small world behind a real server on a free port."""
    world = open_world(tmp_path_factory.mktemp("demo"), stories=20)
    app = create_app(world.installation, invented=True, more=[demo.blueprint(world)])
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield world, f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)
    world.close()


@pytest.fixture
def page(browser: Browser, served: tuple[World, str]) -> Iterator[Page]:
    """The page with new phones. Fails where it asked anything of another machine, or an error reached the console."""
    world, address = served
    for name in ("sms", "telegram"):
        world.new_phone(name)
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(10_000)
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    expect(page.locator("#rows tr").first).to_be_visible()
    yield page
    context.close()
    assert {urlsplit(url).hostname for url in asked if not url.startswith("blob:http://127.0.0.1")} == {"127.0.0.1"}
    assert errors == []


def phone(page: Page, name: str) -> Locator:
    return page.locator(f"[data-phone={name}]")


def newest(locator: Locator, kind: str = "in") -> Locator:
    return locator.locator(f".msg.{kind} .text").last


def figures(page: Page) -> tuple[int, int]:
    return int(page.locator("#count").inner_text()), int(page.locator("#tombstones").inner_text())


def words(world: World, key: str, language: str) -> str:
    return world.installation.wordings[world.campaign.slug].text(key, language)


def test_a_polish_story_by_sms_from_greeting_to_deletion(page: Page, served: tuple[World, str]) -> None:
    world, _ = served
    sms, (count, tombstones) = phone(page, "sms"), figures(page)
    sms.get_by_label("Writes in").select_option("pl")
    sms.get_by_role("button", name="czesc").click()
    expect(newest(sms)).to_have_text(words(world, "first", "pl"))
    expect(newest(sms)).to_have_attribute("lang", "pl")
    expect(sms.locator(".msg.in .meta").last).to_contain_text(re.compile(r"(GSM-7|UCS-2), \d parts?"))
    sms.get_by_role("button", name="TAK").click()
    expect(newest(sms)).to_have_text(words(world, "step pressure", "pl"))
    sms.get_by_label("Write: Text message").fill("Winda nie działa od miesiąca, a mama jest na wózku")
    sms.get_by_label("Write: Text message").press("Enter")
    row = page.locator("#rows tr").first
    expect(row).to_contain_text("Winda nie działa")
    expect(row).to_contain_text("Polski")
    page.get_by_role("button", name="3 minutes", exact=True).click()
    expect(newest(sms)).to_have_text(words(world, "step change", "pl"))
    expect(page.locator("#ahead")).to_contain_text("minutes ahead")
    assert figures(page) == (count + 1, tombstones)
    sms.get_by_role("button", name="USUŃ").click()
    expect(newest(sms)).to_have_text(words(world, "delete", "pl"))
    sms.get_by_role("button", name="TAK").click()
    expect(newest(sms)).to_have_text(words(world, "deleted", "pl"))
    expect(page.locator("#rows")).not_to_contain_text("Winda nie działa")
    assert figures(page) == (count, tombstones + 1)
    expect(page.get_by_role("status")).to_contain_text("erased")


def test_an_arabic_story_on_telegram_with_taps(page: Page, served: tuple[World, str]) -> None:
    world, _ = served
    telegram, (count, _tombstones) = phone(page, "telegram"), figures(page)
    telegram.get_by_label("Writes in").select_option("ar")
    telegram.get_by_role("button", name="Start", exact=True).click()
    expect(newest(telegram)).to_have_text(words(world, "first", "ar"))
    assert newest(telegram).evaluate("one => getComputedStyle(one).direction") == "rtl"
    telegram.locator(".options").get_by_role("button", name="نعم").click()
    expect(newest(telegram)).to_have_text(words(world, "step pressure", "ar"))
    telegram.get_by_role("button", name="Housing").click()
    expect(newest(telegram, "out")).to_have_text(samples("ar")["housing"])
    page.get_by_role("button", name="3 minutes", exact=True).click()
    expect(newest(telegram)).to_have_text(words(world, "step change", "ar"))
    telegram.locator(".options button").last.click()
    expect(newest(telegram)).to_have_text(words(world, "step may_quote", "ar"))
    telegram.locator(".options").last.get_by_role("button", name="نعم").click()
    expect(newest(telegram)).to_have_text(words(world, "step may_recontact", "ar"))
    row = page.locator("#rows tr").first
    expect(row).to_have_class("fresh")
    expect(row.locator(".quote")).to_contain_text("yes")
    expect(row.locator(".mark")).to_contain_text("Invented")
    assert figures(page)[0] == count + 1


def test_eight_days_are_said_and_a_new_phone_begins_empty(page: Page) -> None:
    sms = phone(page, "sms")
    sms.get_by_role("button", name="hello").click()
    expect(sms.locator(".msg")).to_have_count(2)
    address = sms.locator(".address").inner_text()
    page.get_by_role("button", name="8 days", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("8 days have passed")
    page.reload()
    expect(sms.locator(".msg")).to_have_count(2)  # the phone keeps what it got
    sms.get_by_role("button", name="New phone").click()
    expect(sms.locator(".msg")).to_have_count(0)
    expect(sms.locator(".address")).not_to_have_text(address)


@pytest.mark.parametrize(("format_", "begins"), [("csv", b'\xef\xbb\xbf"story_id"'), ("jsonl", b"{"), ("docx", b"PK")])
def test_downloads_are_fetched_with_the_token_in_a_header(page: Page, format_: str, begins: bytes) -> None:
    with page.expect_download() as waited, page.expect_request("**/export/**") as asked:
        page.locator(f"[data-format={format_}]").click()
    assert waited.value.suggested_filename.endswith(f".{format_}")
    assert Path(waited.value.path()).read_bytes().startswith(begins)
    assert "oe_" not in asked.value.url
    assert asked.value.headers["authorization"].startswith("Bearer oe_")


def test_the_keyboard_is_enough(page: Page) -> None:
    """From the top: the skip link, then each control in the order of reading, with a focus that can be seen."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip the phones")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="8 days", exact=True)).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert float(outline.removesuffix("px")) >= 2
    page.keyboard.press("Tab")
    expect(phone(page, "sms").get_by_label("Writes in")).to_be_focused()
    phone(page, "sms").get_by_label("Write: Text message").focus()
    page.keyboard.type("hello")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(phone(page, "sms").locator(".msg.in")).to_have_count(1)


@pytest.mark.parametrize("width", [1400, 768, 320])
def test_no_barrier_is_found_and_nothing_overflows(page: Page, width: int) -> None:
    """With messages of both directions, buttons and the list on the page."""
    telegram = phone(page, "telegram")
    telegram.get_by_label("Writes in").select_option("ar")
    telegram.get_by_role("button", name="Start", exact=True).click()
    telegram.locator(".options button").first.click()
    phone(page, "sms").get_by_role("button", name="hello").click()
    expect(phone(page, "sms").locator(".msg.in")).to_have_count(1)
    page.set_viewport_size({"width": width, "height": 900})
    page.locator("summary").click()
    page.wait_for_timeout(400)  # what appears has appeared: a half-faded text has no contrast
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found: dict[str, Any] = Axe().run(page, options={"runOnly": RULES}).response
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    small = page.locator("button:visible, select:visible, summary:visible").evaluate_all(
        "all => all.map(one => [one.textContent.trim(), one.getBoundingClientRect()])"
        ".filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text)"
    )
    assert small == []
