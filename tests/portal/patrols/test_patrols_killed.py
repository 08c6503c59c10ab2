"""The command of import, and an import that is killed: all of it is in, or nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import patrol_samples as samples
import pytest
from django.db import connection


@pytest.fixture
def centre(cast: Any, tmp_path: Path) -> Path:
    """A data folder with a database file, for processes of their own."""
    if connection.vendor != "sqlite":
        pytest.skip("the processes of this test share a file of SQLite")
    folder = tmp_path / "centre"
    folder.mkdir()
    (folder / "amur.sqlite3").write_bytes(connection.connection.serialize())
    return folder


def environment(centre: Path) -> dict[str, str]:
    own = {"AMUR_DATA": str(centre), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "amur.portal.settings"}
    return {**os.environ, **own}


def command(centre: Path, path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    words = ["patrols", "import", str(path), "--data", str(centre), "--office", "ours", *more]
    return subprocess.run(
        [sys.executable, "-m", "amur", *words],
        env=environment(centre),
        capture_output=True,
        text=True,
        check=False,
    )


def count(centre: Path, table: str) -> int:
    with sqlite3.connect(centre / "amur.sqlite3", timeout=30) as database:
        (found,) = database.execute(f"SELECT count(*) FROM patrols_{table}").fetchone()  # noqa: S608
        return int(found)


def test_killed_while_it_stores_nothing_is_in_and_the_command_takes_it_then(
    centre: Path, tmp_path: Path
) -> None:
    days = [samples.leg_day(day, samples.waypoint(day, samples.seen())) for day in range(3)]
    contents = [samples.patrol(samples.leg(*days), code=f"AMUR-{number}") for number in range(3)]
    path = samples.written(tmp_path, *contents, samples.model())
    program = """
import os, signal, sys
from pathlib import Path
from amur.portal.operations.prepare import open_site
open_site(Path(sys.argv[1]))
from amur.portal.offices.models import Office
from amur.portal.patrols import importing, reading
calls = []
def deadly(share, stage):
    calls.append(stage)
    if len(calls) == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
with reading.opened(Path(sys.argv[2])) as given:
    importing.take(given, Office.objects.get(key="ours"), None, {}, progress=deadly)
"""
    for moment in ("1", "4", "7"):
        killed = subprocess.run(
            [sys.executable, "-c", program, str(centre), str(path), moment],
            env=environment(centre),
            capture_output=True,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert [count(centre, table) for table in ("act", "patrol", "datamodel", "observation")] == [0] * 4

    first = command(centre, path)
    assert first.returncode == 0, first.stderr
    assert "patrols: new 3, changed 0, same 0" in first.stdout
    assert count(centre, "observation") == 9
    again = command(centre, path)
    assert again.returncode == 0, again.stderr
    assert "All of it was there already." in again.stdout
    assert count(centre, "observation") == 9


def test_the_command_asks_for_a_yes_before_it_changes_what_is_there(centre: Path, tmp_path: Path) -> None:
    assert command(centre, samples.written(tmp_path, samples.patrol(), samples.model())).returncode == 0
    path = samples.written(tmp_path, samples.patrol(comment="corrected"))

    refused = command(centre, path)
    assert refused.returncode != 0
    assert "changed: AMUR-001" in refused.stdout
    assert "add --confirm" in refused.stderr
    assert count(centre, "patrol") == 1

    assert command(centre, path, "--confirm").returncode == 0
    assert count(centre, "patrol") == 2
    unknown = command(centre, path, "--zone", "Mars/Olympus")
    assert "is no time zone" in unknown.stderr
