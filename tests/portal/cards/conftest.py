"""A camera project of our office, and ways to bring cards into it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

ZONE = ZoneInfo("Asia/Vladivostok")


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from amur.portal.runs import actions as runs

    monkeypatch.setattr(runs, "wake", lambda: None)


@pytest.fixture(autouse=True)
def _empty_store() -> Iterator[None]:
    from amur.portal.cameras import store

    yield
    shutil.rmtree(store.folder(), ignore_errors=True)


def make_project(office: Any, key: str = "survey") -> Any:
    """A camera project of an office."""
    from amur.portal.cameras.models import CameraProject
    from amur.portal.languages.text import MultilingualText

    return CameraProject.objects.create(
        key=key, office=office, names=MultilingualText.of("en", en="Survey of the test"), time_zone=ZONE.key
    )


@pytest.fixture
def project(cast: Any) -> Any:
    return make_project(cast.ours)


def about(project: Any, **changed: Any) -> Any:
    """What people say of a card: station A1 from the first of March to the twentieth of April."""
    from amur.portal.cards.actions import About

    given = {
        "station": "A1",
        "start": datetime(2026, 3, 1, 7, tzinfo=ZONE),
        "end": datetime(2026, 4, 20, 12, tzinfo=ZONE),
        "longitude": 131.5,
        "latitude": 43.25,
        "uncertainty_m": 10.0,
    }
    return About(project=project, **{**given, **changed})


@pytest.fixture
def bring(project: Any, cast: Any) -> Callable[..., Any]:
    """Opens a card for a folder or archive and reads it; gives the card."""
    from amur.portal.cards import actions
    from amur.portal.runs.execution import work_on

    def read(place: Path, **changed: Any) -> Any:
        card = actions.open_card(about(project, **changed), cast.data_manager, str(place))
        run = actions.read(card, cast.data_manager, place, in_background=False)
        card.run = work_on(run.uuid)
        return card

    return read
