"""A translator's day: find an item in the queue, take it, translate beside the source, meet a colleague's save."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SOURCE = "аиста"  # a piece of news that the demonstration has in Russian only
PAGES = ("", "matrix/?kind=newspage", "files/")


@pytest.fixture
def translator(browser: Browser, site: str, password: str) -> Iterator[Page]:
    """A browser of the Changchun office."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    yield log_in(context, site, password)
    context.close()


def log_in(context: BrowserContext, site: str, password: str) -> Page:
    page = context.new_page()
    page.goto(f"{site}/en/account/login/")
    page.fill("#id_login", "changchun")
    page.fill("#id_password", password)
    page.click("form.account-form button[type=submit]")
    page.wait_for_url("**/admin/")
    return page


def to_item(page: Page, site: str, language: str) -> None:
    """From the queue to the editor of the news about storks."""
    page.goto(f"{site}/admin/translations/?language={language}")
    page.locator("main table a", has_text=SOURCE).first.click()
    page.wait_for_url(f"**/{language}/")


def write(page: Page, text: str) -> None:
    """Fill every plain field; formatted text is left for later, as a draft may be."""
    for field in page.locator(".work-pair textarea").all():
        field.fill(text)


def test_the_pages_of_the_work_list_have_no_finding_on_a_telephone_and_on_a_desk(
    translator: Page, site: str
) -> None:
    said: list[str] = []
    translator.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for width in (390, 1280):
        translator.set_viewport_size({"width": width, "height": 900})
        for name in PAGES:
            translator.goto(f"{site}/admin/translations/{name}")
            found = Axe().run(translator, options=RULES)
            assert found.violations_count == 0, json.dumps(_short(found.response), ensure_ascii=False)
            assert translator.evaluate("document.documentElement.scrollWidth <= innerWidth")
        to_item(translator, site, "en")
        translator.locator(".work-pair [contenteditable=true]").first.wait_for()
        found = Axe().run(translator, options=RULES)
        assert found.violations_count == 0, json.dumps(_short(found.response), ensure_ascii=False)
        assert translator.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert said == []


def _short(response: Any) -> Any:
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in response["violations"]]


def test_a_translator_takes_an_item_and_saves_a_draft_and_a_second_window_sees_the_conflict(
    translator: Page, site: str, password: str
) -> None:
    to_item(translator, site, "en")
    other = translator.context.new_page()
    other.goto(translator.url)
    translator.get_by_role("button", name="I take it").click()
    translator.get_by_text("You are translating this.").wait_for()
    translator.locator(".work-pair [contenteditable=true]").first.wait_for()
    write(translator, "The first words")
    translator.get_by_role("button", name="Save as a draft").click()
    translator.get_by_text("Saved as a draft.").wait_for()
    assert translator.locator("textarea").first.input_value() == "The first words"

    other.locator(".work-pair [contenteditable=true]").first.wait_for()
    write(other, "The later words")
    other.get_by_role("button", name="Save as a draft").click()
    other.get_by_text("Somebody else has saved this translation").wait_for()
    assert "The first words" in other.locator(".work-theirs").first.inner_text()
    assert other.locator("textarea").first.input_value() == "The later words"

    translator.get_by_role("button", name="Give it back").click()
    translator.get_by_role("button", name="I take it").wait_for()
