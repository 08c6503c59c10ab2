"""A card that is killed at each kind of moment of its import loses nothing and takes nothing twice."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import card_samples as samples
import kills
import pytest
from django.db import connection
from tests.portal.cards.conftest import about, make_project

from amur.formats.cards import child, looks, makers, readers
from amur.portal.audit import keys
from amur.portal.cameras.models import CameraProject
from amur.portal.cards import actions, finishing, work
from amur.portal.offices.models import Person
from amur.portal.runs.execution import work_on

__all__ = ["looks", "makers"]  # read by `child` when the first picture comes: here, before there are children

FILES = 5
"""Of which two come at a time: three batches of receipts."""
KINDS = (
    "fsync cameras/arriving", "replace cameras/originals", "replace cameras/thumbs", "fsync cameras/originals",
    "INSERT cards_cardfile", "INSERT cameras_media", "INSERT cameras_event", "UPDATE cards_memorycard", "commit",
)  # fmt: skip


class Here(readers.Reader):
    """Looks into files in this process: starting another for each would take most of the time."""

    def _ask(self, task: str, path: Path, media_type: str) -> tuple[dict[str, Any], bytes]:
        return child.look(path, media_type)


class OneByOne(readers.Readers):
    """Takes one file after the other, so that the moments come in the same order each time."""

    def map(self, take: Callable[[readers.Reader, Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        reader = Here()
        return (take(reader, item) for item in items)


def bring(centre: Path) -> None:
    """What `amur cameras import CARD --finish` does."""
    vars(work).update(BATCH=2, Readers=OneByOne)
    person, place = Person.objects.get(username="data_manager"), centre.with_name("card")
    card = actions.open_card(about(CameraProject.objects.get()), person, str(place))
    work_on(actions.read(card, person, place, in_background=False).uuid)
    try:
        finishing.finish(card, person)
    except finishing.Unready:  # nothing is new on it
        finishing.delete(card)


@pytest.fixture
def centre(cast: Any, tmp_path: Path) -> Path:
    if connection.vendor != "sqlite":
        pytest.skip("the processes of this test share a file of SQLite")
    make_project(cast.ours)
    folder = tmp_path / "centre"
    folder.mkdir()
    (folder / "amur.sqlite3").write_bytes(connection.connection.serialize())
    shutil.copy(keys.key_file(), folder)
    return folder


def ask(centre: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(centre / "amur.sqlite3", timeout=30)) as database:
        return database.execute(question).fetchall()


def receipts_of(centre: Path) -> set[tuple[Any, ...]]:
    """What is acknowledged; each names an original that is there, whole."""
    found = set(ask(centre, "SELECT name, sha256 FROM cards_cardfile WHERE state = 'taken'"))
    for _name, sha256 in found:
        stored = centre / "cameras" / "originals" / sha256[:2] / sha256
        assert hashlib.sha256(stored.read_bytes()).hexdigest() == sha256
    return found


def assert_whole(centre: Path) -> None:
    """Every picture of the card is there once, and nothing else is."""
    assert ask(centre, "SELECT count(*), count(DISTINCT sha256) FROM cameras_media") == [(FILES, FILES)]
    assert ask(centre, "SELECT state, count(*) FROM cards_memorycard GROUP BY state") == [("finished", 1)]
    for table in ("cameras_station", "cameras_deployment", "cameras_act"):
        assert ask(centre, f"SELECT count(*) FROM {table}") == [(1,)], table  # noqa: S608
    assert ask(centre, "SELECT count(*) FROM cameras_event") == [(FILES,)]
    stored = {path.name for path in (centre / "cameras" / "originals").glob("??/*")}
    assert stored == {sha256 for (sha256,) in ask(centre, "SELECT sha256 FROM cameras_media")}
    assert len(receipts_of(centre)) == FILES


def test_killed_at_each_kind_of_moment_it_goes_on_to_the_same_end(centre: Path, tmp_path: Path) -> None:
    samples.laid(tmp_path / "card", samples.card(FILES, gap=timedelta(minutes=10), size=(160, 120)))
    with kills.Nursery(centre, f"{__name__}:bring") as nursery:
        passed = nursery.do()
        assert_whole(centre)
        assert not {f"before {kind}" for kind in KINDS} - set(passed)
        moments, killed, midway = kills.aimed(passed), 0, 0
        for moment in moments:
            nursery.begin_anew()
            killed += nursery.kill(moment)
            receipts = receipts_of(centre)
            midway += 0 < len(receipts) < FILES
            assert ask(centre, "SELECT count(*) FROM cameras_media") in ([(0,)], [(FILES,)]), moment
            nursery.do()
            assert receipts <= receipts_of(centre), moment
            assert_whole(centre)
        print(f"{len(passed)} moments, {killed} kills at {len(set(passed))} kinds, {midway} between receipts")
    assert killed == len(moments)
    assert midway >= 6
