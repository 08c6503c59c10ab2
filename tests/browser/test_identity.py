"""Who is it, by keyboard alone: boxes, candidates, places, and what a person says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from tests.portal.identity.conftest import World, make_project, make_tiger

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("T 1", "T 2")


@pytest.fixture
def world(transactional_db: None) -> World:
    """A visit without a name and two known animals, one of which a search has found first."""
    from tests.conftest import make_cast

    from amur.portal.animals.actions import new_animal
    from amur.portal.identity.gathering import gather
    from amur.portal.identity.models import Search

    cast = make_cast()
    tiger = make_tiger(cast)
    found = World(cast, make_project(cast), tiger)
    found.visit(1, pictures=True)
    gather(found.project)
    encounter = found.encounters()["e0"]
    mine, theirs = encounter.flanks.all()
    candidates = [
        {
            "animal": new_animal(cast.ours, tiger.key, name).pk, "encounter": None, "score": score,
            "inliers": 2, "quality": 0.5, "same_station": False, "probability": score / 10, "cosine": None,
            "pictures": [{"mine": str(mine.uuid), "theirs": str(theirs.uuid), "score": score, "inliers": 2,
                          "places": [[0.25, 0.5, 0.3, 0.5], [0.75, 0.5, 0.7, 0.5]]}],
        }
        for name, score in zip(NAMES, (8.0, 3.0), strict=True)
    ]  # fmt: skip
    Search.objects.create(encounter=encounter, compared=4, new=0.2, candidates=candidates)
    return found


@pytest.fixture
def reviewer(world: World, live_server: Any, context: BrowserContext) -> Iterator[Page]:
    """The page of a ranger who is logged in; fails when a script does."""
    from tests.conftest import browser_of

    cookies = browser_of(world.cast.ranger).cookies
    context.add_cookies(
        [{"name": one.key, "value": one.value, "url": live_server.url} for one in cookies.values()]
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    yield page
    assert wrong == []


def test_a_reviewer_says_who_it_is_without_a_mouse(world: World, live_server: Any, reviewer: Page) -> None:
    encounter = world.encounters()["e0"]
    reviewer.goto(f"{live_server.url}/en/identity/{encounter.uuid}/")
    which = reviewer.locator("[data-which]")
    assert "T 1" in which.inner_text()
    assert reviewer.locator(".candidate:visible").count() == 1
    assert reviewer.locator(".candidate:visible .place:visible").count() == 4
    reviewer.keyboard.press("p")
    assert reviewer.locator(".candidate:visible .place:visible").count() == 0
    reviewer.keyboard.press("p")
    reviewer.keyboard.press("b")
    reviewer.locator(".sides.blinking").wait_for()
    reviewer.keyboard.press("Escape")
    assert reviewer.locator(".sides.blinking").count() == 0
    reviewer.keyboard.press("j")
    assert "T 2" in which.inner_text()
    reviewer.keyboard.press("1")
    assert "T 1" in which.inner_text()
    with reviewer.expect_navigation():
        reviewer.keyboard.press("s")
    encounter.refresh_from_db()
    assert str(encounter.animal) == "T 1" and encounter.state == "second"


def test_a_letter_in_the_field_of_a_name_says_nothing(world: World, live_server: Any, reviewer: Page) -> None:
    from amur.portal.identity.models import IdentityStatement

    encounter = world.encounters()["e0"]
    reviewer.goto(f"{live_server.url}/en/identity/{encounter.uuid}/")
    reviewer.focus("#new-name")
    reviewer.keyboard.type("sunny")
    assert reviewer.input_value("#new-name") == "sunny" and not IdentityStatement.objects.exists()


def test_box_and_side_are_drawn_by_keys_and_by_pointer(
    world: World, live_server: Any, reviewer: Page
) -> None:
    from amur.portal.identity.models import Flank

    encounter = world.encounters()["e0"]
    media = encounter.flanks.first().media
    before = encounter.flanks.get(media=media)
    reviewer.goto(f"{live_server.url}/en/identity/{encounter.uuid}/")
    with reviewer.expect_navigation():
        reviewer.keyboard.press("f")
    canvas = reviewer.locator("[data-canvas]").first
    canvas.focus()
    reviewer.keyboard.press("ArrowRight")
    reviewer.keyboard.press("r")
    with reviewer.expect_navigation():
        reviewer.keyboard.press("Enter")
    drawn = Flank.objects.get(media=media, ended=None)
    assert drawn.side == "right" and drawn.left == pytest.approx(before.left + 0.01, abs=2e-4)
    reviewer.wait_for_load_state("networkidle")  # before the pictures are there the page still grows
    around = reviewer.locator("[data-canvas]").first.bounding_box()
    assert around is not None
    reviewer.mouse.move(around["x"] + around["width"] * 0.2, around["y"] + around["height"] * 0.3)
    reviewer.mouse.down()
    reviewer.mouse.move(around["x"] + around["width"] * 0.6, around["y"] + around["height"] * 0.8)
    reviewer.mouse.up()
    with reviewer.expect_navigation():
        reviewer.locator("[data-drawing] button:not([name])").first.click()
    drawn = Flank.objects.get(media=media, ended=None)
    assert (drawn.left, drawn.width) == (pytest.approx(0.2, abs=0.02), pytest.approx(0.4, abs=0.02))


@pytest.mark.parametrize("path", ["", "flanks/"])
def test_pages_fit_a_narrow_phone(world: World, live_server: Any, reviewer: Page, path: str) -> None:
    reviewer.set_viewport_size({"width": 320, "height": 640})
    encounter = world.encounters()["e0"]
    reviewer.goto(f"{live_server.url}/en/identity/{encounter.uuid}/{path}")
    wide = """[...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right > 320.5)
        .map((one) => one.outerHTML.slice(0, 80))"""
    assert reviewer.evaluate(wide) == []
