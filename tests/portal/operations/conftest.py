"""Fixtures for the tests of operations; what they are made of is in `small_centre`."""

from pathlib import Path

import pytest
from small_centre import make_centre

from amur.portal.operations.backup import backup
from amur.portal.operations.progress import nothing


@pytest.fixture(autouse=True)
def _embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    """A small data folder."""
    return make_centre(tmp_path / "centre")


@pytest.fixture
def saved(centre: Path, tmp_path: Path) -> Path:
    """A backup of the centre."""
    file = tmp_path / "saved.zip"
    backup(centre, file, nothing)
    return file
