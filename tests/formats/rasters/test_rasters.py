"""Rasters are read leniently in their header, strictly in their values, and laid onto each other or refused."""

import errno
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.formats.errors import FormatError
from amur.formats.rasters import Grid, Raster, misalignment, read, snap, write
from amur.formats.rasters.digits import formatted_rows

HEAD = "ncols 3\nnrows 2\nxllcorner 100\nyllcorner 50\ncellsize 10\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("name", ["land.tif", "land.asc", "land.asc.gz"])
def test_a_full_disk_is_told_as_such(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def on_full_disk(path: Path) -> Iterator[Path]:
        yield Path("/dev/full")

    for module in ("geotiff", "ascii_grid"):
        monkeypatch.setattr(f"amur.formats.rasters.{module}.replacing", on_full_disk)
    with pytest.raises(OSError) as raised:
        write(tmp_path / name, Raster(np.ones((300, 300)), Grid(300, 300, 0.0, 0.0, 1.0, 1.0)))
    assert raised.value.errno == errno.ENOSPC


def grid_file(folder: Path, text: str, name: str = "land.asc") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "NODATA_value -9999\n1 2 3\n4 -9999 6\n",
        HEAD.upper() + "nodata_value -9999\n1\t2\t3\t\n4\t-9999\t6\t\n\n",
        HEAD.replace("\n", "\r\n") + "NODATA_value -1e3\r\n1 2 3\r\n4 -1000 6",
        HEAD.replace("corner 100", "center 105").replace("corner 50", "centre 55")
        + "NODATA 0\n1 2 3 4 0 6\n",
        "\ufeff" + HEAD.replace("cellsize 10", "dx 10\ndy 10") + "NODATA_value nan\n1 2 3\n4 nan 6\n",
    ],
)
def test_it_reads_every_spelling_of_a_header(tmp_path: Path, text: str) -> None:
    raster = read(grid_file(tmp_path, text))
    assert raster.grid == Grid(2, 3, 100.0, 50.0, 10.0, 10.0)
    assert np.array_equal(raster.values, [[1, 2, 3], [4, np.nan, 6]], equal_nan=True)


def test_it_reads_a_grid_without_a_value_for_no_data_and_gzipped(tmp_path: Path) -> None:
    path = tmp_path / "land.asc.gz"
    path.write_bytes(gzip.compress((HEAD + "1 2 3\n4 5 6\n").encode()))
    raster = read(path)
    assert raster.nodata is None
    assert raster.values.tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("text", "code", "row", "column"),
    [
        (HEAD + "NODATA_value -9999\n1 2 3\n4 x5 6\n", "raster-value", 8, "2"),
        (HEAD + "1 2 3\n4 5,5 6\n", "raster-value", 7, "2"),
        (HEAD + "1 2 3\n4 5\n", "raster-too-few", None, None),
        (HEAD + "1 2 3\n4 5 6 7\n", "raster-too-many", None, None),
        ("ncols 3\nnrows 2\ncellsize 10\n1 2 3\n4 5 6\n", "raster-header", None, None),
        (HEAD.replace("ncols 3", "ncols 3.5") + "1 2 3\n4 5 6\n", "raster-header-value", None, None),
        (HEAD + "xllcenter 105\n1 2 3\n4 5 6\n", "raster-header-both", None, None),
        (HEAD.replace("cellsize 10", "cellsize -10") + "1 2 3\n4 5 6\n", "raster-header-value", None, None),
    ],
)
def test_it_names_the_place_of_what_is_wrong(
    tmp_path: Path, text: str, code: str, row: int | None, column: str | None
) -> None:
    with pytest.raises(FormatError) as raised:
        read(grid_file(tmp_path, text))
    assert (raised.value.code, raised.value.row, raised.value.column) == (code, row, column)
    assert raised.value.file == "land.asc"


def test_it_says_what_is_no_raster_and_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no raster format"):
        read(grid_file(tmp_path, "hello", "land.csv"))
    with pytest.raises(FormatError, match="no file at"):
        read(tmp_path / "gone.asc")
    (tmp_path / "broken.tif").write_bytes(b"II*\0 no")
    with pytest.raises(FormatError, match="cannot be read"):
        read(tmp_path / "broken.tif")


@pytest.mark.parametrize("name", ["a.asc", "a.tif"])
def test_what_is_written_is_read_back(tmp_path: Path, name: str) -> None:
    values = np.array([[1.0, np.nan, 2.5e-12], [3e9, -4.0, 0.0]])
    raster = Raster(values, Grid(2, 3, 5.9, 45.65, 1 / 12, 1 / 12, "EPSG:4326" if "tif" in name else None))
    back = read(write(tmp_path / name, raster))
    assert np.allclose(back.values, values, rtol=1e-9, equal_nan=True)
    assert misalignment(back, raster) is None
    assert back.grid.crs == raster.grid.crs
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(values: object, nodata: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("amur.formats.rasters.ascii_grid.formatted_rows", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "a.asc", Raster(np.ones((1, 1)), Grid(1, 1, 0, 0, 1, 1)))
    assert list(tmp_path.iterdir()) == []


def test_a_geotiff_without_a_value_for_no_data_is_read_with_a_note(tmp_path: Path) -> None:
    import rasterio
    from rasterio.transform import from_origin

    with rasterio.open(
        tmp_path / "a.tif", "w", driver="GTiff", height=1, width=2, count=1, dtype="float32",
        transform=from_origin(10, 20, 5, 5),
    ) as target:  # fmt: skip
        target.write(np.array([[[7.0, -9999.0]]], dtype="float32"))
    raster = read(tmp_path / "a.tif")
    assert raster.grid == Grid(1, 2, 10.0, 15.0, 5.0, 5.0)
    assert np.array_equal(raster.values, [[7.0, np.nan]], equal_nan=True)
    assert [note.code for note in raster.notes] == ["raster-nodata-assumed"]


def test_misaligned_rasters_are_named_with_their_offsets() -> None:
    land = Raster(np.ones((2, 2)), Grid(2, 2, 0.0, 0.0, 10.0, 10.0), file="land.asc")
    shifted = Raster(np.ones((2, 2)), Grid(2, 2, 4.0, -10.0, 10.0, 10.0), file="points.asc")
    assert "by 4 east and -10 north (0.4 columns, -1 rows)" in str(misalignment(shifted, land))
    larger = Raster(np.ones((3, 2)), Grid(3, 2, 0.0, 0.0, 10.0, 10.0), file="points.asc")
    assert "3 rows and 2 columns" in str(misalignment(larger, land))
    rounded = Raster(np.ones((2, 2)), Grid(2, 2, 1e-6, 0.0, 10.0000001, 10.0), file="points.asc")
    assert misalignment(rounded, land) is None


def test_snapping_moves_to_the_nearest_cell_and_reports() -> None:
    land = Raster(np.ones((2, 3)), Grid(2, 3, 0.0, 0.0, 10.0, 10.0), file="land.asc")
    other = Raster(np.arange(1.0, 7).reshape(2, 3), Grid(2, 3, 14.0, 0.0, 10.0, 10.0), file="points.asc")
    snapped, note = snap(other, land)
    assert np.array_equal(snapped.values, [[np.nan, 1, 2], [np.nan, 4, 5]], equal_nan=True)
    assert note.params["outside"] == 2
    assert note.params["uncovered"] == 2
    finer = Raster(np.arange(24.0).reshape(4, 6), Grid(4, 6, 0.0, 0.0, 5.0, 5.0), file="points.asc")
    snapped, _note = snap(finer, land)
    assert snapped.values.shape == (2, 3)
    assert not np.isnan(snapped.values).any()


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_numbers_keep_ten_digits(value: float) -> None:
    if value != 0 and not 1e-290 < abs(value) < 1e300:
        return
    text = b"".join(formatted_rows(np.array([[value]]), -9999.0))
    assert float(text) == pytest.approx(value, rel=5.1e-10, abs=0)
