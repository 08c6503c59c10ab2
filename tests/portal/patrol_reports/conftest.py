"""A data folder for each test, and no processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _alone(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from amur.portal.runs import actions as runs

    settings.AMUR_DATA = tmp_path / "data"
    settings.AMUR_DATA.mkdir()
    monkeypatch.setattr(runs, "wake", lambda: None)
