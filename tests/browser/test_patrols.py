"""The pages around patrols, as a ranger of the office meets them: rules of accessibility, narrow screens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext
from tests.portal.patrol_queries import seasons
from tests.portal.patrol_queries.test_hotspots import ASKED, worked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SEEN = ((320, "en"), (320, "ru"), (320, "zh-hans"), (320, "mn"), (1280, "ru"))
"""Width and language; what is wrong on a wide screen is wrong in each language."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def addresses(
    transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Any, list[str]]:
    """The cast, and the pages below /patrols/ of a season with hot spots, a target and a phone."""
    from django.urls import reverse
    from django.utils.translation import override
    from tests.conftest import browser_of, make_cast

    from amur.portal.patrol_phones import tokens
    from amur.portal.patrol_reports.models import Target
    from amur.portal.patrols.models import Patrol
    from amur.portal.runs import actions as runs

    settings.AMUR_DATA = tmp_path / "data"
    settings.AMUR_DATA.mkdir()
    monkeypatch.setattr(runs, "wake", lambda: None)
    cast = make_cast()
    seasons.take(tmp_path, cast.ours, *seasons.planted())
    tokens.give(cast.ours, "Phone of the team", cast.data_manager)
    patrol = Patrol.objects.earliest("start")
    Target.objects.create(
        office=cast.ours, name="All", measure="distance", amount=100, start=patrol.start, end=patrol.end
    )
    with override("en"):
        browser_of(cast.ranger).post(reverse("patrol-hotspots-find"), ASKED)
        year, week, _day = patrol.start.isocalendar()
        found = [
            reverse("patrols"),
            reverse("patrols-patrol", kwargs={"uuid": patrol.uuid}),
            reverse("patrols-incidents"),
            reverse("patrols-forms"),
            reverse("patrols-phones"),
            reverse("patrol-week-of", kwargs={"uuid": cast.ours.uuid}) + f"?week={year}-W{week:02}",
            reverse("patrol-targets"),
            reverse("patrol-reports"),
            reverse("patrol-sheet", kwargs={"uuid": patrol.uuid}),
            reverse("patrol-questions") + "?measure=distance&by=month",
            reverse("patrol-measures"),
            reverse("patrol-hotspots"),
            reverse("patrol-hotspots-found", kwargs={"uuid": worked().uuid}),
        ]
    return cast, [address.removeprefix("/en") for address in found]


@pytest.fixture
def context(browser: Browser, width: int) -> Iterator[BrowserContext]:
    """A browser of a width."""
    made = browser.new_context(viewport={"width": width, "height": 800})
    made.set_default_timeout(60_000)
    yield made
    made.close()


@pytest.mark.parametrize(("width", "language"), SEEN)
def test_the_pages_have_no_finding_and_nothing_scrolls_sideways(
    addresses: tuple[Any, list[str]], live_server: Any, context: BrowserContext, language: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from tests.conftest import browser_of

    cast, paths = addresses
    cookies = browser_of(cast.data_manager).cookies
    context.add_cookies(
        [{"name": one.key, "value": one.value, "url": live_server.url} for one in cookies.values()]
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    for path in paths:
        answer = page.goto(f"{live_server.url}/{language}{path}")
        assert answer is not None and answer.status == 200, path
        found = Axe().run(page, options={"runOnly": RULES})
        assert not found.response["violations"], f"{path}: {found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"
    assert wrong == []
