"""A ranger goes through sequences with the keyboard alone; a narrow screen and a page without scripts do, too."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.portal.review.conftest import events_of, give_pictures, make_survey, state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TIGER = "Panthera tigris"


@pytest.fixture
def place(browser: Browser, live_server: Any, cast: Any, log_in: Any) -> Any:
    """The server, a project with drawn pictures, and the cookie of a ranger."""
    project = make_survey(cast.ours, sequences=5, burst=3)
    give_pictures(project)
    session = log_in(cast.ranger).cookies["session"].value
    cookie = {"name": "session", "value": session, "url": live_server.url}
    return live_server.url, project, cookie


@pytest.fixture
def desk(page: Page, place: Any) -> Any:
    """The page of the first sequence."""
    url, project, cookie = place
    page.context.add_cookies([cookie])
    page.goto(f"{url}/en/review/{project.uuid}/queues/unreviewed/next")
    return page, project


def _expect_sequence(page: Page, project: Any, number: int) -> None:
    """A sequence is called by its place and the time there."""
    start = events_of(project)[number].start.astimezone(ZoneInfo(project.time_zone))
    expect(page.locator("h1")).to_contain_text(f"{start:%Y-%m-%d %H:%M}")


def test_a_ranger_labels_three_sequences_with_the_keyboard_and_undoes_one(desk: Any) -> None:
    page, project = desk
    first, second, third = events_of(project)[:3]
    _expect_sequence(page, project, 0)
    page.keyboard.press("b")
    expect(page.locator("#id_0-type")).to_have_value("blank")
    page.keyboard.press("Enter")
    _expect_sequence(page, project, 1)
    page.keyboard.press("/")
    page.keyboard.type(TIGER)
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.keyboard.press("c")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    _expect_sequence(page, project, 2)
    page.keyboard.press("n")
    _expect_sequence(page, project, 3)
    assert [state(event) for event in (first, second, third)] == ["reviewed", "reviewed", "unreviewed"]
    one = second.observations.get(ended=None)
    assert (one.scientific_name, one.sex, one.count) == (TIGER, "female", 2)
    page.keyboard.press("z")
    _expect_sequence(page, project, 1)
    assert state(second) == "unreviewed"


def test_the_most_frequent_species_have_the_number_keys(desk: Any) -> None:
    page, project = desk
    page.locator("#id_0-species").fill(TIGER)
    page.keyboard.press("Enter")
    _expect_sequence(page, project, 1)
    from django.core.cache import cache

    cache.clear()
    page.reload()
    page.keyboard.press("1")
    expect(page.locator("#id_0-species")).to_have_value(TIGER)
    expect(page.locator("[data-species]").first).to_have_attribute("aria-pressed", "true")


def test_pictures_are_turned_enlarged_lightened_and_mirrored_by_keys(desk: Any) -> None:
    page, _project = desk
    place = page.locator("[data-place]")
    expect(place).to_have_text("1 / 3")
    page.keyboard.press("ArrowRight")
    expect(place).to_have_text("2 / 3")
    shown = page.locator("[data-picture]:visible")
    expect(shown).to_have_count(1)
    for key in ("+", "m", "]", "."):
        page.keyboard.press(key)
    style = shown.get_attribute("style") or ""
    assert "scale(-1.4, 1.4)" in style
    assert "brightness(120%) contrast(120%)" in (shown.locator("img").get_attribute("style") or "")
    page.keyboard.press("0")
    assert "scale(1, 1)" in (shown.get_attribute("style") or "")
    page.locator("[data-stage]").hover()
    page.mouse.wheel(0, -200)
    page.wait_for_function(
        "document.querySelector('[data-picture]:not([hidden])').style.transform.includes('1.2')"
    )


def test_the_help_tells_the_keys_and_turns_them_off(desk: Any) -> None:
    page, _project = desk
    page.keyboard.press("?")
    help_text = page.locator("[data-keys]")
    expect(help_text).to_be_visible()
    expect(help_text).to_contain_text("undo my last label")
    page.locator("[data-keys-on]").uncheck()
    page.keyboard.press("Escape")
    expect(help_text).to_be_hidden()
    page.keyboard.press("b")
    expect(page.locator("#id_0-type")).to_have_value("")


def test_many_sequences_are_chosen_and_labelled_with_the_keyboard(desk: Any, place: Any) -> None:
    page, project = desk
    page.goto(f"{place[0]}/en/review/{project.uuid}/queues/unreviewed/")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator("[data-chosen]")).to_have_text("2")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("2 sequences are labelled")
    assert [state(event) for event in events_of(project)].count("reviewed") == 2


def test_the_next_pictures_are_there_before_they_are_asked_for(desk: Any, place: Any) -> None:
    page, _project = desk
    ahead = (page.locator("[data-ahead]").get_attribute("data-ahead") or "").split()
    assert len(ahead) == 6
    page.wait_for_function(
        "names => names.every(name => performance.getEntriesByType('resource').some(one => one.name.endsWith(name)))",
        arg=ahead,
    )


def test_a_phone_shows_all_of_it_without_scrolling_sideways(browser: Browser, place: Any) -> None:
    url, project, cookie = place
    context = browser.new_context(viewport={"width": 320, "height": 640}, has_touch=True)
    context.set_default_timeout(60_000)
    context.add_cookies([cookie])
    page = context.new_page()
    for address in ("queues/unreviewed/next", "queues/unreviewed/", ""):
        page.goto(f"{url}/en/review/{project.uuid}/{address}")
        wide = page.evaluate(
            "[...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > 320)"
            ".map(one => `${one.tagName}.${one.className}`)"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, (address, wide)
    page.goto(f"{url}/en/review/{project.uuid}/queues/unreviewed/next")
    page.locator("[data-type=blank]").tap()
    page.get_by_role("button", name="Save and go on").tap()
    _expect_sequence(page, project, 1)
    context.close()


def test_a_sequence_is_labelled_without_scripts(browser: Browser, place: Any) -> None:
    url, project, cookie = place
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(60_000)
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{url}/en/review/{project.uuid}/queues/unreviewed/next")
    assert page.locator("[data-picture] img").count() == 3
    page.locator("#id_0-type").select_option("blank")
    page.get_by_role("button", name="Save and go on").click()
    _expect_sequence(page, project, 1)
    assert state(events_of(project)[0]) == "reviewed"
    context.close()


def test_the_pages_hold_to_the_rules_of_accessibility(desk: Any, place: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page, project = desk
    for address in ("queues/unreviewed/next", "queues/unreviewed/", ""):
        page.goto(f"{place[0]}/en/review/{project.uuid}/{address}")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert not found.response["violations"], found.generate_report()
