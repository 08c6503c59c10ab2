"""The programme of an event in a browser: the reader's own time comes on request and leaves nothing behind."""

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

HIDDEN = "() => [...document.querySelectorAll('[data-own-time]')].every((one) => !one.checkVisibility())"


def open_programme(page: Page, site: str) -> None:
    page.goto(f"{site}/en/events/")
    page.click("ul.cards h3 a >> nth=1")


@pytest.mark.parametrize(
    ("zone", "begins"), [("Asia/Vladivostok", "11:30"), ("Asia/Ulaanbaatar", "9:30"), ("UTC", "1:30")]
)
def test_the_own_time_of_a_reader_is_the_same_instant_in_another_zone(
    browser: Browser, site: str, zone: str, begins: str
) -> None:
    context = browser.new_context(timezone_id=zone, locale="en-GB", viewport={"width": 390, "height": 844})
    page = context.new_page()
    open_programme(page, site)
    assert page.locator(".agenda .when").first.inner_text().startswith("09:30")
    assert page.evaluate(HIDDEN), "nobody asked yet"
    button = page.locator("[data-own-times]")
    button.wait_for()  # the script shows it when it listens
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    assert begins in page.locator("[data-own-time]").first.inner_text()
    assert zone in page.locator("[data-own-zone-line]").inner_text()
    button.press("Enter")
    assert page.evaluate(HIDDEN)
    assert context.cookies() == [] and page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()


def test_without_scripts_the_programme_is_whole_and_offers_no_button(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    open_programme(page, site)
    assert page.locator(".agenda > li").count() == 3
    assert not page.locator("[data-own-times]").is_visible()
    context.close()


def test_on_paper_stands_the_programme_and_not_what_can_only_be_clicked(page: Page, site: str) -> None:
    open_programme(page, site)
    page.emulate_media(media="print")
    for selector, seen in (
        (".agenda", True),
        (".menu", False),
        ("[data-own-times]", False),
        (".foot", False),
    ):
        assert page.locator(selector).first.is_visible() == seen, selector


def test_a_person_registers_sees_the_ticket_and_withdraws(page: Page, site: str) -> None:
    page.goto(f"{site}/en/events/register/three-shores-2028/")
    page.get_by_label("Your name").fill("Someone")
    page.get_by_label("E-mail").fill("someone@example.org")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Register").click()
    assert "/en/events/ticket/" in page.url
    assert "Someone" in page.inner_text("main") and "Confirmed" in page.inner_text("main")
    page.get_by_role("button", name="Withdraw").click()
    assert "Your data are deleted" in page.inner_text("main")
    assert "Someone" not in page.content()
    assert page.context.cookies() == []
