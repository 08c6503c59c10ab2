"""The map in a real browser: drawn, usable by keyboard, silent, and asking no other server."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import map_page
import pytest
from playwright.sync_api import Page
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from amur.portal.frontend import STATIC_FOLDER
from amur.portal.maps import layers

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("map_page"),
    pytest.mark.skipif(
        not shutil.which("chromium"), reason="Chromium is missing; install it with `apt-get install chromium`"
    ),
    pytest.mark.skipif(
        not STATIC_FOLDER.exists(),
        reason="front-end packages are missing; run `python -m amur.portal.frontend`",
    ),
]
LANGUAGES = ["en", "ru", "zh-hans", "mn"]


class Visit:
    """A page with the map, and everything that it asked for and complained about."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.server = server
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, language: str, width: int = 1280) -> None:
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.goto(f"{self.server}/{language}/trial/")
        self.until("document.querySelector('[data-map]').dataset.state === 'idle'")

    def until(self, condition: str) -> None:
        """Polls: the strict content policy forbids Playwright's own waiting."""
        end = time.monotonic() + 30
        while not self.page.evaluate(condition):
            assert time.monotonic() < end, f"never: {condition}; {self.complaints}"
            time.sleep(0.05)

    def focused(self) -> str:
        return str(
            self.page.evaluate("document.activeElement.dataset.mapUuid ?? document.activeElement.tagName")
        )

    def popup(self) -> str:
        return str(self.page.evaluate("document.querySelector('.map-popup')?.innerText ?? ''"))


@pytest.fixture
def visit(page: Page, live_server: LiveServer, settings: Settings, tmp_path: Path) -> Iterator[Visit]:
    settings.AMUR_DATA = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    layers.register(map_page.LAYER)
    visit = Visit(page, live_server.url)
    yield visit
    layers.unregister("trial")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_comes_to_rest_without_complaint_or_foreign_request(
    visit: Visit, language: str, width: int
) -> None:
    visit.open(language, width)
    assert visit.hosts == {urlsplit(visit.server).netloc}
    assert visit.complaints == []
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_something_is_drawn(visit: Visit) -> None:
    visit.open("en")
    assert len(set(visit.page.locator(".maplibregl-canvas").screenshot())) > 100


def test_an_item_of_the_list_opens_its_pop_up_and_escape_returns_to_the_item(visit: Visit) -> None:
    visit.open("ru")
    visit.page.locator("[data-map-uuid=daur]").focus()
    visit.page.keyboard.press("Enter")
    visit.until("!!document.querySelector('.map-popup a')")
    assert "Даурский заповедник" in visit.popup()
    assert visit.page.evaluate("document.querySelector('.map-popup em').textContent.length > 0")
    assert visit.focused() == "A"
    assert visit.page.locator(".map-popup a").get_attribute("href") == f"{visit.server}/ru/areas/daur/"
    assert visit.page.locator("[data-map-uuid=daur]").get_attribute("aria-current") == "true"
    visit.page.keyboard.press("Escape")
    visit.until("!document.querySelector('.map-popup')")
    assert visit.focused() == "daur"
    assert visit.complaints == []


def test_a_known_place_has_no_note_of_doubt(visit: Visit) -> None:
    visit.open("en")
    visit.page.locator("[data-map-uuid=bikin]").click()
    visit.until("!!document.querySelector('.map-popup a')")
    assert visit.page.locator(".map-popup em").count() == 0


def test_the_keyboard_moves_the_map_and_opens_what_is_in_the_middle(visit: Visit) -> None:
    visit.open("en")
    visit.page.locator("[data-map-uuid=khanka]").click()
    visit.until("!!document.querySelector('.map-popup a')")
    visit.page.keyboard.press("Escape")
    canvas = visit.page.locator(".maplibregl-canvas")
    canvas.focus()
    assert canvas.get_attribute("aria-label") == "Map of areas"
    visit.page.keyboard.press("Enter")
    visit.until("!!document.querySelector('.map-popup a')")
    assert "Khankaisky Reserve" in visit.popup()


def test_without_webgl_a_sentence_says_so_and_the_list_stays(visit: Visit) -> None:
    visit.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    visit.page.goto(f"{visit.server}/en/trial/")
    visit.until("document.querySelector('[data-map]').dataset.state === 'failed'")
    assert "cannot draw the map" in visit.page.locator("[data-map-message]").inner_text()
    assert "Bikin National Park" in visit.page.locator("#list").inner_text()
    assert visit.page.locator("[data-map-uuid]:visible").count() == 0


def test_a_lost_tile_is_told_to_the_reader(visit: Visit) -> None:
    visit.page.route("**/tiles/trial/**", lambda route: route.abort())
    visit.page.goto(f"{visit.server}/en/trial/")
    visit.until("!document.querySelector('[data-map-message]').hidden")
    assert "could not be loaded" in visit.page.locator("[data-map-message]").inner_text()
