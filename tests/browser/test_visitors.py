"""Privacy as a browser sees it: what it really stores, what it is asked, and what is counted of it."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response
from test_correction import log_in
from test_pages import SHOTS, Visit

pytestmark = pytest.mark.browser

CHOICES = "/en/privacy/choices/"
FAMILIES = (
    "Firefox/140.0",
    "Chrome/140.0",
    "Edg/140.0",
    "OPR/120.0",
    "Version/18 Safari/605",
    "YaBrowser/25",
)
STORAGE = """async () => [
  ...Object.keys(localStorage).map((name) => ["localStorage", name]),
  ...Object.keys(sessionStorage).map((name) => ["sessionStorage", name]),
  ...(await indexedDB.databases()).map((one) => ["IndexedDB", one.name]),
  ...(await caches.keys()).map((name) => ["caches", name]),
  ...(await navigator.serviceWorker.getRegistrations()).map((one) => ["service worker", one.scope]),
]"""


def stored(page: Page) -> set[tuple[str, str]]:
    """Kind and name of everything that the browser keeps of the page's site."""
    cookies = {("cookie", one["name"]) for one in page.context.cookies()}
    return cookies | {(kind, name) for kind, name in page.evaluate(STORAGE)}


def policy(page: Page, site: str) -> set[tuple[str, str]]:
    """Kind and name of everything that the public cookie policy names."""
    page.goto(f"{site}/en/privacy/cookies/")
    heads = page.locator("main tbody th")
    rows = [heads.nth(at) for at in range(heads.count())]
    return {(row.locator("small").inner_text(), row.locator("code").inner_text()) for row in rows}


def do(page: Page, verb: str) -> None:
    page.locator(f"main button[value={verb}]").first.click()
    page.wait_for_load_state("load")


def eventually(true: Callable[[], Any]) -> Any:
    """Counts are written every few seconds."""
    end = time.monotonic() + 20
    while not (found := true()):
        assert time.monotonic() < end
        time.sleep(0.3)
    return found


@pytest.fixture
def video(page: Page, site: str) -> str:
    """A page with a video that lies elsewhere."""
    page.goto(f"{site}/en/")
    page.goto(site + str(page.locator(".foot a", has_text="Videos").get_attribute("href")))
    links = page.locator("ul.news a")
    addresses = [links.nth(at).get_attribute("href") for at in range(links.count())]
    for address in addresses:
        page.goto(f"{site}{address}")
        if page.locator("[data-needs=video]").count():
            return str(address)
    raise AssertionError("no video of the demonstration lies elsewhere")


def test_browsers_store_what_the_policy_says_no_more_and_no_less(
    browser: Browser, site: str, password: str, text_page: str
) -> None:
    found: set[tuple[str, str]] = set()
    for visit in (reader, chooser, partial(editor, password=password, text_page=text_page)):
        context = browser.new_context(locale="en-GB")
        context.set_default_timeout(60_000)
        found |= visit(context.new_page(), site)
        context.close()
    context = browser.new_context()
    assert found == policy(context.new_page(), site)
    context.close()


def reader(page: Page, site: str) -> set[tuple[str, str]]:
    """Reads everywhere, opens the map, looks at the choices and chooses nothing."""
    for address in ("/", "/en/", "/ru/areas/", "/mn/species/", "/zh-hans/news/", "/en/visitors/", CHOICES):
        page.goto(site + address)
        assert stored(page) == set(), address
    page.locator(".languages a").first.click()
    page.goto(f"{site}/en/areas/")
    page.locator(".area-list a").first.click()
    assert stored(page) == set()
    return set()


def chooser(page: Page, site: str) -> set[tuple[str, str]]:
    """Agrees, changes the language, goes on, and takes it all back."""
    page.goto(site + CHOICES)
    do(page, "accept")
    found = stored(page)
    assert found == {("cookie", "choices"), ("cookie", "language")}
    page.locator(".languages a[lang=mn]").click()
    page.wait_for_load_state("load")
    page.goto(f"{site}/")
    assert page.url == f"{site}/mn/"
    found |= stored(page)
    page.goto(site + CHOICES)
    do(page, "withdraw")
    assert stored(page) == set()
    return found


def editor(page: Page, site: str, password: str, text_page: str) -> set[tuple[str, str]]:
    """Logs in, looks around, uses everything that editing pages remember, saves, logs out."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.set_viewport_size({"width": 1400, "height": 900})
    log_in(page, site, "vladivostok", password)
    found = stored(page)
    for address in ("pages/", "media/", "visitors/", "audit/", "areas/"):
        page.goto(f"{site}/admin/{address}")
        page.wait_for_load_state("networkidle")
        found |= stored(page)
    area = page.locator("main table a[href*='/edit/']").first.get_attribute("href")
    page.goto(f"{site}{text_page}")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Toggle preview").first.click()
    page.locator("input[name=preview-size][value=tablet]").click(force=True)
    page.get_by_role("button", name="Toggle preview").first.click()
    page.locator(".public-DraftEditor-content").first.click()
    page.keyboard.press("Control+a")
    page.locator(".Draftail-ToolbarButton--pin").first.click()
    page.get_by_role("button", name="Toggle sidebar").first.click()
    found |= stored(page)
    page.on("dialog", lambda dialog: dialog.accept())  # the text is left unsaved
    page.goto(f"{site}{area}")
    page.wait_for_load_state("networkidle")
    page.locator("form[data-edit-form] button[type=submit], footer button[type=submit]").first.click()
    page.locator(".messages .success").wait_for()
    found |= stored(page)
    page.goto(f"{site}/en/account/logout/")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state("load")
    assert {kind for kind, _name in stored(page)} == {"cookie"}, "log-out wipes what the editing pages kept"
    headers = [header for answer in answers for header in answer.headers_array()]
    sent = {header["value"].split("=")[0] for header in headers if header["name"].lower() == "set-cookie"}
    return found | stored(page) | {("cookie", name) for name in sent}


@pytest.fixture(scope="session")
def text_page(centre: Path) -> str:
    """Where a news item of the Russian tree is edited."""
    with closing(sqlite3.connect(centre / "amur.sqlite3")) as database:
        (key,) = database.execute(
            "SELECT max(p.id) FROM wagtailcore_page p JOIN wagtailcore_locale l ON l.id = p.locale_id "
            "JOIN django_content_type t ON t.id = p.content_type_id "
            "WHERE l.language_code = 'ru' AND t.model = 'newspage'"
        ).fetchone()
    return f"/admin/pages/{key}/edit/"


def test_the_choice_is_asked_only_beside_what_needs_it_and_both_answers_look_alike(
    page: Page, site: str, video: str
) -> None:
    visit = Visit(page, site)
    visit.open("/en/", 1280)
    assert page.locator(".consent").count() == 0
    for width in (390, 1280):
        visit.open(video, width)
        region = page.get_by_role("region", name="Privacy choices")
        assert region.is_visible()
        looks = looks_of_both(region)
        assert looks[0] == looks[1]
        after = "(one) => [...document.querySelectorAll('main article')].every((main) => "
        after += "main.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)"
        assert region.evaluate(after), "the notice stands after the content"
        assert page.evaluate("document.activeElement === document.body"), "nobody is interrupted"
        visit.shoot(f"consent.en.{width}")
    do_in_notice = page.locator(".consent button[value=refuse]")
    do_in_notice.click()
    page.wait_for_load_state("load")
    assert page.url == site + video
    assert not page.get_by_role("region", name="Privacy choices").is_visible()
    assert {one["name"] for one in page.context.cookies()} == {"choices"}
    assert visit.complaints == []
    assert visit.hosts == {site.removeprefix("http://")}


def looks_of_both(where: Any) -> list[Any]:
    """Colours, type and size of the buttons that accept and refuse."""
    return [
        where.locator(f"button[value={verb}]").evaluate(
            "(one) => { const s = getComputedStyle(one), b = one.getBoundingClientRect();"
            " return [s.color, s.backgroundColor, s.borderColor, s.fontSize, s.fontWeight, b.width, b.height]; }"
        )
        for verb in ("accept", "refuse")
    ]


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans", "mn"])
def test_both_answers_look_alike_in_every_language(page: Page, site: str, language: str) -> None:
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(f"{site}/{language}/privacy/choices/")
        accept, refuse = looks_of_both(page.locator("main"))
        assert accept == refuse


def test_a_video_elsewhere_asks_before_it_opens_and_loads_nothing(page: Page, site: str, video: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site + video)
    link = page.locator("[data-needs=video] > p a")
    ask = page.locator("[data-needs=video] .ask")
    assert not ask.is_visible()
    link.click()
    assert ask.is_visible() and page.url == site + video
    assert page.evaluate("document.activeElement.hasAttribute('data-once')")
    page.goto(site + CHOICES)
    do(page, "accept")
    page.goto(site + video)
    assert all(url.startswith(site) for url in asked)
    page.route(
        "**/*",
        lambda route: route.fulfill(body="elsewhere") if site not in route.request.url else route.continue_(),
    )
    target = str(link.get_attribute("href"))
    link.click()
    page.wait_for_url(target)


def test_a_browser_that_asks_for_privacy_is_not_asked_again(browser: Browser, site: str, video: str) -> None:
    context = browser.new_context(extra_http_headers={"Sec-GPC": "1"})
    context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })")
    page = context.new_page()
    page.goto(site + video)
    assert not page.get_by_role("region", name="Privacy choices").is_visible()
    page.goto(site + CHOICES)
    assert page.get_by_text("Your browser asks for privacy").is_visible()
    context.close()


def test_withdrawing_elsewhere_also_takes_the_remembered_language_away(
    page: Page, context: BrowserContext, site: str
) -> None:
    page.goto(site + CHOICES)
    do(page, "accept")
    choice = next(one for one in context.cookies() if one["name"] == "choices")
    # The notice has another version now: what was agreed to the old one counts no more.
    old = choice["value"].split(".")
    context.add_cookies([{**choice, "value": ".".join([old[0], "0" * 32, *old[2:]])}])  # type: ignore[typeddict-item, list-item]
    page.goto(f"{site}/ru/")
    assert {one["name"] for one in context.cookies()} == {"choices"}


@pytest.fixture
def counts(centre: Path) -> Iterator[Callable[[], dict[str, tuple[int, int]]]]:
    """Views and readers of today, by page."""

    def read() -> dict[str, tuple[int, int]]:
        with closing(sqlite3.connect(centre / "amur.sqlite3")) as database:
            rows = database.execute(
                "SELECT path, sum(views), sum(readers) FROM visitors_pagecount "
                "WHERE day = (SELECT max(day) FROM visitors_pagecount) GROUP BY path"
            )
            return {path: (views, readers) for path, views, readers in rows}

    yield read


def test_readers_are_counted_and_the_report_tells_of_them(
    browser: Browser, site: str, password: str, counts: Callable[[], dict[str, tuple[int, int]]]
) -> None:
    address = "/mn/facts/"
    before = counts().get(address, (0, 0))
    for family in FAMILIES:
        context = browser.new_context(user_agent=f"Mozilla/5.0 (X11; Linux x86_64) {family}", locale="mn-MN")
        page = context.new_page()
        for _ in range(2):
            page.goto(site + address)
        assert context.cookies() == []
        context.close()
    quiet = browser.new_context(
        user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", extra_http_headers={"DNT": "1"}
    )
    quiet.new_page().goto(site + address)
    quiet.close()
    expected = (before[0] + 2 * len(FAMILIES), before[1] + len(FAMILIES))
    eventually(lambda: counts().get(address) == expected)

    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    log_in(page, site, "vladivostok", password)
    page.goto(f"{site}/admin/visitors/?language=mn")
    assert page.locator("tr", has_text="/mn/facts/").count() == 1
    assert page.locator("svg[role=img] rect").count() >= 28
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / "report.en.1280.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 844})
        page.screenshot(path=Path(SHOTS) / "report.en.390.png", full_page=True)
    context.close()
