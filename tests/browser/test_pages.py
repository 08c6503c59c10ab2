"""Every kind of public page, in every language, on a telephone and on a desk: as a visitor's browser sees it.

AMUR_SHOTS=FOLDER keeps a picture of each page at each width.
"""

import json
import os
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

pytestmark = pytest.mark.browser

TAGS = {"en": "en", "ru": "ru", "zh-hans": "zh-Hans", "mn": "mn"}
WIDTHS = (390, 1280)
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
KINDS = (
    "home",
    "register",
    "filtered register",
    "area with a position",
    "area without a position",
    "unit",
    "connectivity",
    "connectivity result",
    "comparison of connectivity",
    "population estimates",
    "population estimate",
    "species",
    "species with counts",
    "species without counts",
    "facts",
    "fact",
    "module",
    "news",
    "news item",
    "news item in another language",
    "text",
    "timeline",
    "library",
    "publication",
    "newsletter",
    "issue of the newsletter",
    "events",
    "event with a programme",
    "event of the past",
    "commitments",
    "registration",
    "projects",
    "project",
    "campaigns",
    "stories",
    "story",
    "videos",
    "video",
    "search",
    "search with nothing asked",
    "search with nothing found",
    "offices",
    "how visits are counted",
    "cookies",
    "privacy choices",
    "login",
    "not found",
)
SHOTS = os.environ.get("AMUR_SHOTS")
LEFT_BEHIND = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie,
  ...(await navigator.serviceWorker.getRegistrations()).map((one) => one.scope),
  ...(await caches.keys()), ...(await indexedDB.databases()).map((one) => one.name),
].filter(Boolean)"""
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, .chart, .hidden, .map"))
  .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))"""


class Visit:
    """A page, everything it complained about, and every host it asked."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the map gives up tiles that it has stopped to need
            self.complaints.append(f"failed, {request.failure}: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.complaints.append(f"{response.status}: {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        page_itself = (
            message.location.get("url") == self.page.url and "Failed to load resource" in message.text
        )
        if message.type in {"error", "warning"} and not page_itself:
            self.complaints.append(f"{message.type}: {message.text}")

    def open(self, address: str, width: int) -> int:
        """Go there and wait until the page, its map included, has come to rest; returns the status."""
        self.page.set_viewport_size({"width": width, "height": 844 if width < 600 else 900})
        answer = self.page.goto(self.site + address, wait_until="load")
        assert answer is not None
        self.until(
            "[...document.querySelectorAll('[data-map]')].every((map) => map.dataset.state === 'idle')"
        )
        return answer.status

    def until(self, condition: str) -> None:
        """Polls: the strict content policy forbids Playwright's own waiting."""
        end = time.monotonic() + 60
        while not self.page.evaluate(condition):
            assert time.monotonic() < end, f"never: {condition}; {self.complaints}"
            time.sleep(0.05)

    def shoot(self, name: str) -> None:
        """Keep a picture when somebody wants it."""
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def ask(site: str, address: str) -> dict:
    """An answer of the API."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(site + address, timeout=60) as answer:
        return json.load(answer)


@pytest.fixture(scope="session")
def addresses(site: str, browser) -> dict[tuple[str, str], str]:
    """Kind of page and language -> address."""
    areas = ask(site, "/api/v1/areas?limit=500")["items"]
    species = ask(site, "/api/v1/species?limit=500")["items"]
    facts = ask(site, "/api/v1/facts?limit=500")["items"]
    counted = {one["subject"] for one in facts}
    railway, baseline = ask(site, "/api/v1/connectivity")["items"]
    estimates = ask(site, "/api/v1/population")["items"]
    examples = {
        "area with a position": next(one for one in areas if one["geometry"]),
        "area without a position": next(one for one in areas if not one["geometry"]),
        "unit": ask(site, "/api/v1/units")["items"][0],
        "species with counts": next(one for one in species if f"species:{one['key']}" in counted),
        "species without counts": next(one for one in species if f"species:{one['key']}" not in counted),
        "fact": next(one for one in facts if one["contradicts"]),
        "connectivity result": railway,
        "population estimate": next(one for one in estimates if one["joint"]),
    }
    plain = {
        "home": "", "register": "areas/", "filtered register": "areas/?country=MN&kind=protected-area",
        "connectivity": "connectivity/",
        "population estimates": "population/",
        "comparison of connectivity": f"connectivity/compare/?before={baseline['uuid']}&after={railway['uuid']}",
        "species": "species/", "facts": "facts/", "news": "news/", "timeline": "timeline/", "library": "library/",
        "newsletter": "newsletter/", "issue of the newsletter": "newsletter/67/", "offices": "offices/",
        "events": "events/", "commitments": "events/commitments/",
        "registration": "events/register/three-shores-2028/",
        "how visits are counted": "visitors/", "cookies": "privacy/cookies/",
        "privacy choices": "privacy/choices/", "login": "account/login/", "not found": "nothing-here/",
        "search": "search/?q=тигрр", "search with nothing asked": "search/", "search with nothing found": "search/?q=xqzv",
    }  # fmt: skip
    found = {(kind, code): f"/{code}/{path}" for kind, path in plain.items() for code in TAGS}
    found |= {(kind, code): one["addresses"][code] for kind, one in examples.items() for code in TAGS}
    context = browser.new_context()
    page = context.new_page()
    for code in TAGS:
        page.goto(f"{site}/{code}/")
        for kind, link in (
            ("module", ".modules a"),
            ("text", ".foot nav:nth-of-type(3) a"),
            ("news", ".menu li:has(a[href$='#programme']) + li a"),
        ):
            found[kind, code] = page.locator(link).first.get_attribute("href") or ""
        page.goto(site + found["news", code])
        for kind, link in (
            ("news item", "ul.news > li:not([lang]) a"),
            ("news item in another language", "ul.news > li[lang] a"),
        ):
            links = page.locator(link)
            found[kind, code] = (links.first.get_attribute("href") or "") if links.count() else ""
        for at, (list_kind, item_kind) in enumerate(
            (("projects", "project"), ("campaigns", ""), ("stories", "story"), ("videos", "video"))
        ):
            page.goto(f"{site}/{code}/")
            links = page.locator(".foot nav:nth-of-type(2) a")
            found[list_kind, code] = links.nth(at).get_attribute("href") or ""
            if item_kind:
                page.goto(site + found[list_kind, code])
                found[item_kind, code] = page.locator("ul.news a").first.get_attribute("href") or ""
        page.goto(f"{site}/{code}/library/")
        found["publication", code] = page.locator("ul.news a").first.get_attribute("href") or ""
        page.goto(f"{site}/{code}/events/")
        cards = page.locator("ul.cards h3 a")
        found["event with a programme", code] = cards.nth(1).get_attribute("href") or ""
        found["event of the past", code] = cards.last.get_attribute("href") or ""
    context.close()
    return found


@pytest.fixture
def visit(page: Page, site: str) -> Iterator[Visit]:
    return Visit(page, site)


@pytest.mark.parametrize("language", TAGS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_whole_silent_narrow_enough_and_without_barriers(
    visit: Visit, context: BrowserContext, addresses: dict[tuple[str, str], str], kind: str, language: str
) -> None:
    address = addresses[kind, language]
    if not address:
        pytest.skip(f"there is no {kind} in {language}")
    for width in WIDTHS:
        status = visit.open(address, width)
        where = f"{unquote(address)} at {width}"
        visit.shoot(f"{kind.replace(' ', '-')}.{language}.{width}")
        assert status == (404 if kind == "not found" else 200), where
        assert visit.page.evaluate("document.documentElement.lang") == TAGS[language], where
        overflow = visit.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{where}: {overflow} px too wide: {visit.page.evaluate(TOO_WIDE)}"
        assert visit.complaints == [], where
        assert visit.hosts == {urlsplit(visit.site).netloc}, where
        expected = {"csrf"} if kind == "login" else set()
        assert {one["name"] for one in context.cookies()} == expected, where
        assert visit.page.evaluate(LEFT_BEHIND) == [], where
        if width == WIDTHS[(KINDS.index(kind) + list(TAGS).index(language)) % 2]:
            found = Axe().run(visit.page, options=AXE)
            assert found.violations_count == 0, f"{where}: {found.generate_report()}"


CONTROLS = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter((one) => !one.disabled && one.checkVisibility() && one.tabIndex >= 0).length"""
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  if (!one || one === document.body) return null;
  one.dataset.visited = (Number(one.dataset.visited) || 0) + 1;
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
  const box = one.getBoundingClientRect();
  return { again: one.dataset.visited > 1, drawn, seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
           what: one.outerHTML.slice(0, 160) };
}"""


@pytest.mark.parametrize(("kind", "language", "width"), [
    ("home", "ru", 390), ("register", "en", 1280), ("area with a position", "mn", 390),
    ("species with counts", "zh-hans", 1280), ("login", "ru", 390), ("search", "mn", 390),
])  # fmt: skip
def test_the_keyboard_reaches_every_control_and_shows_where_it_is(
    visit: Visit, addresses: dict[tuple[str, str], str], kind: str, language: str, width: int
) -> None:
    visit.page.emulate_media(reduced_motion="reduce")  # else the page is still on its way to the focus
    visit.open(addresses[kind, language], width)
    visit.page.evaluate("document.activeElement.blur()")
    expected = visit.page.evaluate(CONTROLS)
    reached = 0
    for _ in range(expected + 5):
        visit.page.keyboard.press("Tab")
        focused = visit.page.evaluate(FOCUSED)
        if focused is None or focused["again"]:
            break
        reached += 1
        assert focused["drawn"] and focused["seen"], f"the focus cannot be seen on {focused['what']}"
    assert reached >= expected


@pytest.mark.parametrize("language", TAGS)
def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(visit: Visit, language: str) -> None:
    visit.open(f"/{language}/species/", 390)
    visit.page.keyboard.press("Tab")
    box = visit.page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
    assert visit.page.evaluate("document.activeElement.className") == "skip"
    assert box["left"] >= 0 and box["width"] > 40
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "content"
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("!!document.activeElement.closest('main')")


def test_the_language_switch_stays_on_the_subject(
    visit: Visit, addresses: dict[tuple[str, str], str]
) -> None:
    visit.open(addresses["species with counts", "en"], 390)
    for code, tag in (("ru", "ru"), ("zh-hans", "zh-Hans"), ("mn", "mn"), ("en", "en")):
        visit.page.click(f".languages a[lang='{tag}']")
        assert urlsplit(visit.page.url).path == addresses["species with counts", code]
    assert visit.complaints == []
