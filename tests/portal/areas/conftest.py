"""Areas of two offices, files made of them, and a data folder of its own for each test."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HEADER = [
    "key", "kind", "SITE_ID", "SITE_TYPE", "NAME_ENG", "NAME", "DESIG_ENG", "IUCN_CAT", "REP_AREA", "STATUS",
    "STATUS_YR", "ISO3", "geometry", "name_ru", "name_zh", "name_mn", "confidence", "geometry_accuracy",
    "buffer_of",
]  # fmt: skip
PLAIN = {
    "SITE_TYPE": "PA",
    "NAME_ENG": "Reed Lake",
    "DESIG_ENG": "Wildlife refuge",
    "STATUS": "Designated",
    "STATUS_YR": "1997",
    "ISO3": "RUS",
    "geometry": "POINT (134.5 48.25)",
}


@pytest.fixture(autouse=True)
def own_data_folder(settings: Any, tmp_path: Path) -> Path:
    """Each test has its own audit key, waiting files and signs of life."""
    from amur.portal.audit import keys

    settings.AMUR_DATA = tmp_path / "data"
    settings.AMUR_DATA.mkdir()
    keys.key()
    return settings.AMUR_DATA


@pytest.fixture(autouse=True)
def nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """No process is started for waiting runs; the list tells how often one would have been."""
    from amur.portal.runs import actions

    woken: list[bool] = []
    monkeypatch.setattr(actions, "wake", lambda: woken.append(True))
    return woken


def table(*rows: dict[str, str]) -> bytes:
    """A CSV file in the schema; each row is the plain one with changes."""
    sink = io.StringIO()
    writer = csv.DictWriter(sink, HEADER, restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({**PLAIN, **row})
    return sink.getvalue().encode()


@pytest.fixture
def a_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a CSV file of rows."""

    def write(*rows: dict[str, str], name: str = "areas.csv") -> Path:
        file = tmp_path / name
        file.write_bytes(table(*rows))
        return file

    return write


@pytest.fixture
def bring() -> Callable[..., Any]:
    """Imports a file for an office as the command does, and gives its report."""
    from amur.portal.areas.exchange import import_file

    def work(file: Path, office: str = "ours", *, preview: bool = False, progress: Any = None) -> Any:
        return import_file(file, office, preview=preview, progress=progress or (lambda share, stage: None))

    return work


@pytest.fixture(autouse=True)
def english_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are in English unless a test says otherwise."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
