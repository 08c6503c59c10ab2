"""A gallery in a folder: what is read is what was kept, and a save that is killed changes nothing."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from coats_for_tests import features, gallery

from amur.formats import galleries as storage
from amur.science.stripes import Gallery
from amur.science.stripes.scenes import Look


def _told(known: Gallery) -> list[tuple[str, float, int]]:
    found = known.search([features(1, Look(True, blur=1.0), 5, 2)])
    return [(each.name, each.score, each.inliers) for each in found.candidates]


def test_a_gallery_is_read_as_it_was_kept(tmp_path: Path) -> None:
    known = gallery()
    storage.save(known, tmp_path)
    again = storage.load(tmp_path)
    assert again.entries == known.entries and _told(again) == _told(known)
    assert (again.features("2R").picture_points == known.features("2R").picture_points).all()


def test_a_second_save_adds_only_what_is_new(tmp_path: Path) -> None:
    known = gallery()
    storage.save(known, tmp_path)
    block = next(tmp_path.glob("features-*.npz"))
    before = block.stat()
    again = storage.load(tmp_path)
    again.add(features(9), picture="new", encounter="n")
    again.rename("1L", "renamed")
    again.remove("0R")
    storage.save(again, tmp_path)
    assert block.stat().st_mtime_ns == before.st_mtime_ns
    assert len(list(tmp_path.glob("features-*.npz"))) == 2
    third = storage.load(tmp_path)
    assert third.entries == again.entries and _told(third) == _told(again)
    assert _told(third)[0][0] == "renamed"


def test_a_gallery_that_lost_much_is_packed(tmp_path: Path) -> None:
    known = gallery()
    storage.save(known, tmp_path)
    for entry in known.entries[:5]:
        known.remove(entry.picture)
    left = storage.save(known, tmp_path)
    assert len(left.shelf) == left.descriptors == storage.load(tmp_path).descriptors
    assert storage.load(tmp_path).entries == known.entries


def test_a_large_gallery_keeps_its_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amur.science.stripes.neighbours.FEW", 600)
    known = gallery()
    assert known.indexes["left"].index is not None
    storage.save(known, tmp_path)
    assert _told(storage.load(tmp_path)) == _told(known)
    assert _told(known)[0][0] == "T1"


KILLED = """
import os, sys
from pathlib import Path
from coats_for_tests import features
from amur.formats import galleries as storage
folder, moment = Path(sys.argv[1]), int(sys.argv[2])
known = storage.load(folder)
known.add(features(9), picture="new", encounter="n")
flushed, count = os.fsync, 0
def fsync(handle):
    global count
    count += 1
    if count == moment:
        os._exit(9)
    flushed(handle)
os.fsync = fsync
storage.save(known, folder)
"""


@pytest.mark.parametrize("moment", [1, 2, 4, 7, 9])
def test_a_save_that_is_killed_leaves_the_gallery_as_it_was(tmp_path: Path, moment: int) -> None:
    known = gallery()
    storage.save(known, tmp_path)
    path = os.pathsep.join(sys.path)
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(moment)],
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert ended.returncode == 9
    again = storage.load(tmp_path)
    assert again.entries == known.entries and _told(again) == _told(known)
    storage.save(again, tmp_path)
    assert not list(tmp_path.glob(".*"))


def test_damage_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no gallery in"):
        storage.load(tmp_path)
    storage.save(gallery(), tmp_path)
    block = next(tmp_path.glob("features-*.npz"))
    block.write_bytes(block.read_bytes()[: block.stat().st_size // 2])
    with pytest.raises(ValueError, match="is damaged"):
        storage.load(tmp_path)
    (tmp_path / storage.MANIFEST).write_text("{")
    with pytest.raises(ValueError, match="is damaged"):
        storage.load(tmp_path)


def test_a_gallery_without_pictures_can_be_kept(tmp_path: Path) -> None:
    storage.save(Gallery(), tmp_path)
    assert len(storage.load(tmp_path)) == 0
    assert np.shape(storage.load(tmp_path).shelf.descriptors) == (0, 128)
