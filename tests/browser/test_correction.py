"""The newcomer's story: log in with a demonstration account, correct an area, see page and totals follow."""

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

OFFICE = "vladivostok"


def ask(site: str, address: str) -> Any:
    """An answer of the API, as the public gets it."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(site + address, timeout=60) as answer:
        return json.load(answer)


def total(site: str) -> float:
    """The hectares under protection."""
    facts = ask(site, "/api/v1/facts?limit=500")["items"]
    return float(next(one["value"] for one in facts if one["key"] == "total-protected-area-ha"))


def log_in(page: Page, site: str, name: str, password: str) -> None:
    """As a person does it; leads to the editing pages."""
    page.goto(f"{site}/en/account/login/")
    page.fill("#id_login", name)
    page.fill("#id_password", password)
    page.click("form.account-form button[type=submit]")
    page.wait_for_url("**/admin/")


def set_area(page: Page, site: str, key: str, hectares: str) -> None:
    """Write the area's hectares into its form, found by the list's search."""
    page.goto(f"{site}/admin/areas/?q={key}")
    page.locator("main table a[href*='/admin/areas/edit/']").first.click()
    page.fill("input[name=area_ha]", hectares)
    page.locator("form[data-edit-form] button[type=submit], footer button[type=submit]").first.click()
    page.locator(".messages .success").wait_for()


def eventually(true: Callable[[], bool]) -> None:
    """Pages in memory are at most a second old."""
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_a_corrected_area_changes_its_page_and_the_totals_of_the_first_page(
    page: Page, site: str, password: str, context: BrowserContext, browser
) -> None:
    areas = ask(site, "/api/v1/areas?limit=500&kind=protected-area&status=designated")["items"]
    area = next(one for one in areas if one["office"] == OFFICE and one["area_ha"] and "-" in one["key"])
    address, before = area["addresses"]["en"], total(site)
    visitor = browser.new_context().new_page()
    visitor.goto(site + address)
    assert "123,457" not in visitor.locator("main").inner_text()

    log_in(page, site, OFFICE, password)
    set_area(page, site, area["key"], "123457")
    try:
        eventually(lambda: ask(site, f"/api/v1/areas/{area['uuid']}")["area_ha"] == 123_457)
        assert total(site) == pytest.approx(before - area["area_ha"] + 123_457)
        eventually(lambda: "123,457" in visitor.goto(site + address).text())
        visitor.goto(f"{site}/en/")
        assert f"{round(total(site)):,} ha" in visitor.locator(".headlines").inner_text()
    finally:
        set_area(page, site, area["key"], repr(area["area_ha"]))
        visitor.context.close()
    eventually(lambda: total(site) == pytest.approx(before))


def test_logging_out_leaves_nothing_behind(
    page: Page, site: str, password: str, context: BrowserContext
) -> None:
    log_in(page, site, OFFICE, password)
    assert any(one["name"] == "session" and one["httpOnly"] for one in context.cookies())
    page.goto(f"{site}/en/account/logout/")
    with page.expect_response(lambda answer: answer.request.method == "POST") as leaving:
        page.click("main form button[type=submit]")
    assert "storage" in leaving.value.header_value("clear-site-data")
    page.goto(f"{site}/en/")
    assert "session" not in {one["name"] for one in context.cookies()}
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.goto(f"{site}/admin/")
    assert "/account/login/" in page.url
    page.go_back()
    page.go_back()
    assert "Log out" not in page.content(), "a page of the editing side comes from no cache"
