"""A card goes from a folder into the centre in Chromium: uploaded, read, its clock put right, finished."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import card_samples as samples
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from amur.portal.cameras.models import CameraProject, Media
from amur.portal.languages.text import MultilingualText
from amur.portal.runs import actions as runs
from amur.portal.runs.execution import work_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def server(live_server: Any, cast: Any, context: BrowserContext, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a centre with a camera project, where the ranger is logged in and runs are done at once."""

    def do_at_once() -> None:
        waiting = runs.next_waiting()
        assert waiting is not None
        work_on(waiting)

    monkeypatch.setattr(runs, "wake", do_at_once)
    CameraProject.objects.create(
        key="survey",
        office=cast.ours,
        names=MultilingualText.of("en", en="Survey of the test"),
        time_zone="Asia/Vladivostok",
    )
    client = Client()
    client.force_login(cast.ranger)
    name = settings.SESSION_COOKIE_NAME
    address = f"http://localhost:{urlsplit(live_server.url).port}"
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])
    return address


def complaints(page: Page) -> list[str]:
    """What axe finds on the page as it is."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.mark.parametrize("width", [1100, 320])
def test_a_folder_is_uploaded_read_corrected_and_brought_in(
    server: str, page: Page, tmp_path: Path, width: int
) -> None:
    start = samples.START.replace(year=2015)
    files = {
        f"DCIM/100TEST/IMG_{number:04}.JPG": samples.picture(number, start + number * timedelta(days=3))
        for number in range(6)
    }
    files["DCIM/100TEST/IMG_0006.JPG"] = samples.picture(6)[:-3000]
    card = samples.laid(tmp_path / "card", files)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(f"{server}/en/cards/new/")
    assert not complaints(page)
    page.fill("#id_station", "A1")
    page.fill("#id_start", "2026-03-01T07:00")
    page.fill("#id_end", "2026-04-20T12:00")
    page.click("main form.account button[type=submit]")
    page.wait_for_selector(".bring:not([hidden])")
    page.set_input_files("#upload-folder", str(card))
    page.wait_for_selector("#clock")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not complaints(page)
    assert page.get_by_text("The times lie in a wrong year.").is_visible()
    assert page.get_by_text("The file is damaged or incomplete.").is_visible()

    page.click("#clock ~ ul form button")
    page.wait_for_selector("#clock ~ ol li")
    assert page.get_by_text("Nothing about the times is doubtful").is_visible()
    page.click("form[action$='/finish'] button")
    page.wait_for_selector(".done")
    assert not errors
    assert Media.objects.filter(captured__year=2026).count() == 6
