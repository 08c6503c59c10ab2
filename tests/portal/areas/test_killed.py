"""An import whose process is killed leaves nothing half done, and runs again."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.portal.areas.conftest import table

from amur.portal.runs.models import RunState

ROWS = 12
PROGRAM = """
import os, signal, sys
from pathlib import Path
from amur.portal.operations.prepare import start_django
start_django()
from amur.portal.areas.exchange import applying, import_file
written = applying._written
count = []
def deadly(*given):
    count.append(written(*given))
    if len(count) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return count[-1]
applying._written = deadly
print(import_file(Path(sys.argv[1]), "ours", preview=False, progress=lambda share, stage: None))
"""


@pytest.fixture
def centre(cast: Any, tmp_path: Path) -> Path:
    """A data folder with a database file that has the cast, for processes of their own."""
    if connection.vendor != "sqlite":
        pytest.skip("the processes of this test share a file of SQLite")
    folder = tmp_path / "centre"
    folder.mkdir()
    # Not `backup`, which waits for the end of the very transaction that the test runs in.
    (folder / "amur.sqlite3").write_bytes(connection.connection.serialize())
    return folder


def environment(centre: Path) -> dict[str, str]:
    own = {"AMUR_DATA": str(centre), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "amur.portal.settings"}
    return {**os.environ, **own}


def bring(centre: Path, file: Path, dies_at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, str(file), str(dies_at)]
    return subprocess.run(
        command, env=environment(centre), capture_output=True, text=True, timeout=300, check=False
    )


def ask(centre: Path, question: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(centre / "amur.sqlite3") as database:
        return database.execute(question).fetchall()


def test_killed_in_the_middle_of_its_transaction_it_leaves_nothing_and_then_succeeds(centre, tmp_path):
    file = tmp_path / "areas.csv"
    file.write_bytes(
        table(*({"key": f"lake-{number}", "NAME_ENG": f"Lake {number}"} for number in range(ROWS)))
    )

    killed = bring(centre, file, dies_at=ROWS // 2)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert ask(centre, "SELECT count(*) FROM areas_area") == [(0,)]
    assert ask(centre, "SELECT count(*) FROM release_released WHERE kind = 'area'") == [(0,)]
    assert ask(centre, "SELECT count(*) FROM audit_auditentry WHERE kind = 'areas.area'") == [(0,)]
    running = "SELECT count(*) FROM runs_run WHERE kind = 'areas-import' AND state = 'running'"
    assert ask(centre, running) == [(1,)]

    again = bring(centre, file, dies_at=0)
    assert again.returncode == 0, again.stderr
    assert f"{ROWS} new, 0 changed, 0 unchanged." in again.stdout and "Imported." in again.stdout
    assert ask(centre, "SELECT count(*) FROM areas_area") == [(ROWS,)]

    work = subprocess.run(
        [sys.executable, "-m", "amur.portal.runs.worker"],
        env=environment(centre),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert work.returncode == 0, work.stderr
    # The lost run was seen, done once more, and had nothing left to do.
    states = ask(centre, "SELECT state, attempt FROM runs_run WHERE kind = 'areas-import' ORDER BY id")
    assert states == [(RunState.DONE, 2), (RunState.DONE, 1)]
    assert ask(centre, "SELECT count(*) FROM areas_area") == [(ROWS,)]
