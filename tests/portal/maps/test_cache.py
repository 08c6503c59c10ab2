"""Tiles are kept per version, and a broken cache never costs a tile."""

from collections.abc import Callable
from pathlib import Path

from amur.portal.maps.cache import TileCache
from amur.portal.maps.grid import Tile

TILE = Tile(3, 6, 2)


def counting(content: bytes) -> tuple[Callable[[], bytes], list[int]]:
    calls: list[int] = []

    def make() -> bytes:
        calls.append(1)
        return content

    return make, calls


def test_a_tile_is_made_once_per_version(tmp_path: Path) -> None:
    make, calls = counting(b"tile")
    for _ in range(3):
        assert TileCache(tmp_path, "areas", "7").get(TILE, make) == b"tile"
    assert len(calls) == 1


def test_an_empty_tile_is_remembered_too(tmp_path: Path) -> None:
    make, calls = counting(b"")
    assert TileCache(tmp_path, "areas", "7").get(TILE, make) == b""
    assert TileCache(tmp_path, "areas", "7").get(TILE, make) == b""
    assert len(calls) == 1


def test_a_new_version_makes_the_tile_anew_and_removes_the_old_ones(tmp_path: Path) -> None:
    old, new = TileCache(tmp_path, "areas", "7"), TileCache(tmp_path, "areas", "8")
    old.get(TILE, lambda: b"with a place that is withdrawn now")
    assert new.get(TILE, lambda: b"without it") == b"without it"
    assert not old.folder.exists()
    assert new.folder.exists()


def test_another_set_keeps_its_tiles(tmp_path: Path) -> None:
    TileCache(tmp_path, "basemap", "1").get(TILE, lambda: b"land")
    TileCache(tmp_path, "areas", "8").get(TILE, lambda: b"areas")
    assert TileCache(tmp_path, "basemap", "1").get(TILE, lambda: b"other") == b"land"


def test_no_half_written_file_stays_behind(tmp_path: Path) -> None:
    TileCache(tmp_path, "areas", "7").get(TILE, lambda: b"tile")
    files = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert files == ["2.pbf.gz"]


def test_a_cache_that_cannot_be_written_still_gives_the_tile(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert TileCache(tmp_path, "areas", "7").get(TILE, lambda: b"tile") == b"tile"
