"""A reading that is killed at any moment loses nothing that it acknowledged, and takes nothing twice."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import card_samples as samples
import pytest
from django.db import connection
from tests.portal.cards.conftest import make_project

KILLS = int(os.environ.get("AMUR_KILLS", "8"))
"""More are for a night: `AMUR_KILLS=200 pytest tests/portal/cards/test_killed.py`."""
FILES = 60 * KILLS
LONGEST_S = 0.4


@pytest.fixture
def centre(cast: Any, tmp_path: Path) -> Path:
    """A data folder with a database file that has a camera project, for processes of their own."""
    if connection.vendor != "sqlite":
        pytest.skip("the processes of this test share a file of SQLite")
    make_project(cast.ours)
    folder = tmp_path / "centre"
    folder.mkdir()
    (folder / "amur.sqlite3").write_bytes(connection.connection.serialize())
    return folder


def environment(centre: Path) -> dict[str, str]:
    own = {"AMUR_DATA": str(centre), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "amur.portal.settings"}
    return {**os.environ, **own}


def command(centre: Path, card: Path, *more: str) -> subprocess.Popen[str]:
    words = ["cameras", "import", str(card), "--data", str(centre), "--project", "survey", "--station", "A1"]
    period = ["--start", "2026-03-01T07:00", "--end", "2026-04-20T12:00"]
    return subprocess.Popen(
        [sys.executable, "-m", "amur", *words, *period, *more],
        env=environment(centre),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ask(centre: Path, question: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(centre / "amur.sqlite3", timeout=30) as database:
        return database.execute(question).fetchall()


def kill(process: subprocess.Popen[str]) -> None:
    """The whole group, its children with it, as a power cut would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdout, process.stderr):
        assert pipe is not None
        pipe.close()


def test_killed_again_and_again_it_loses_nothing_acknowledged_and_takes_nothing_twice(
    centre: Path, tmp_path: Path
) -> None:
    card = samples.laid(tmp_path / "card", samples.card(FILES, gap=timedelta(minutes=2), size=(320, 240)))
    moments = random.Random(6)
    receipts: set[tuple[Any, ...]] = set()
    reading = 0
    for _ in range(KILLS):
        process = command(centre, card)
        # A random moment of the reading: before its first receipt, or shortly after one.
        before = len(receipts)
        wanted = before + moments.choice((0, 1, 1, 1, 49))
        until = time.monotonic() + 120
        while time.monotonic() < until and process.poll() is None:
            is_running = ask(centre, "SELECT count(*) FROM runs_run WHERE state = 'running'") != [(0,)]
            if is_running and ask(centre, "SELECT count(*) FROM cards_cardfile")[0][0] >= wanted:
                break
            time.sleep(0.02)
        time.sleep(moments.uniform(0, LONGEST_S))
        if process.poll() is None:
            reading += 1
            kill(process)
        else:
            process.communicate()
        now = set(ask(centre, "SELECT name, sha256 FROM cards_cardfile WHERE state = 'taken'"))
        assert receipts <= now, "a receipt was lost"
        assert len(now) >= before
        for _name, sha256 in now - receipts:
            stored = centre / "cameras" / "originals" / sha256[:2] / sha256
            assert hashlib.sha256(stored.read_bytes()).hexdigest() == sha256
        receipts = now
        assert ask(centre, "SELECT count(*) FROM cameras_media") == [(0,)]
    assert reading, "no process was killed while it read"
    assert receipts, "every process was killed before its first receipt"
    print(f"{KILLS} kills, {reading} of them while it read, {len(receipts)} receipts before the last run")
    process = command(centre, card, "--finish")
    said, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert f"taken {FILES}" in said
    assert ask(centre, "SELECT count(*), count(DISTINCT sha256) FROM cameras_media") == [(FILES, FILES)]
    assert ask(centre, "SELECT count(*) FROM cards_memorycard WHERE state = 'finished'") == [(1,)]
    assert ask(centre, "SELECT count(*) FROM cameras_deployment") == [(1,)]
    stored = {path.name for path in (centre / "cameras" / "originals").glob("??/*")}
    assert stored == {sha256 for _name, sha256 in ask(centre, "SELECT 1, sha256 FROM cameras_media")}


def test_killed_while_it_finishes_all_pictures_are_in_or_none(centre: Path, tmp_path: Path) -> None:
    card = samples.laid(tmp_path / "card", samples.card(40))
    process = command(centre, card)
    _said, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    program = """
import os, signal, sys
from pathlib import Path
from amur.portal.operations.prepare import open_site
open_site(Path(sys.argv[1]))
from amur.portal.cards import finishing
from amur.portal.cards.models import MemoryCard
made = finishing._make_media
def deadly(*given):
    made(*given)
    os.kill(os.getpid(), signal.SIGKILL)
finishing._make_media = deadly
finishing.finish(MemoryCard.objects.get(), None)
"""
    killed = subprocess.run(
        [sys.executable, "-c", program, str(centre)],
        env=environment(centre),
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert ask(centre, "SELECT count(*) FROM cameras_media") == [(0,)]
    assert ask(centre, "SELECT count(*) FROM cameras_event") == [(0,)]
    process = command(centre, card, "--finish")
    said, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert "taken 40" in said
    assert ask(centre, "SELECT count(*) FROM cameras_media") == [(40,)]
    again = command(centre, card, "--finish")
    said, errors = again.communicate(timeout=300)
    assert again.returncode == 0, errors
    assert ask(centre, "SELECT count(*) FROM cameras_media") == [(40,)]
