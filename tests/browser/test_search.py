"""The search as a visitor uses it: with the keyboard, with and without scripts, from any page."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement.id || document.activeElement.getAttribute('href')"


def test_the_keyboard_leads_to_the_box_through_the_hits_and_back(page: Page, site: str) -> None:
    page.goto(f"{site}/ru/species/")
    page.keyboard.press("Control+k")
    assert page.evaluate(FOCUSED) == "search-box"
    page.keyboard.type("тигры")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert urlsplit(page.url).path == "/ru/search/"
    hits = [link.get_attribute("href") for link in page.locator(".hits h2 a").all()]
    assert hits[0] == "/ru/species/amurskij-tigr/"
    page.keyboard.press("Control+k")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == hits[0]
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == hits[1]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(FOCUSED) == "search-box"
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert urlsplit(page.url).path == hits[0]


def test_without_scripts_box_filters_and_pages_work(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/en/")
    page.fill("#search-box", "老虎")
    with page.expect_navigation():
        page.press("#search-box", "Enter")
    page.click(".more summary")
    page.select_option("#filter-kind", "species")
    with page.expect_navigation():
        page.click(".filters .button")
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["q"] == ["老虎"] and asked["kind"] == ["species"]
    assert page.locator(".hits h2 a").first.get_attribute("href") == "/en/species/amur-tiger/"
    page.goto(f"{site}/en/search/?q=tiger")
    with page.expect_navigation():
        page.click("a[rel=next]")
    assert page.locator("ol.hits").get_attribute("start") == "11"
    context.close()


def test_the_language_switch_keeps_the_question(page: Page, site: str) -> None:
    page.goto(f"{site}/en/search/?q=tiger&kind=news")
    page.click(".languages a[lang='zh-Hans']")
    assert urlsplit(page.url).path == "/zh-hans/search/"
    assert page.input_value("#search-box") == "tiger"
    assert page.locator("#filter-kind").input_value() == "news"


def test_the_exact_search_is_one_step_away(page: Page, site: str) -> None:
    page.goto(f"{site}/en/search/?q=storck")
    assert page.locator(".notice strong").inner_text() == "stork"
    with page.expect_navigation():
        page.click(".notice a")
    assert page.locator(".notice").count() == 0 and page.input_value("#search-box") == "storck"
