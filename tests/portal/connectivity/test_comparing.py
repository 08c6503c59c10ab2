"""Two results beside each other: the same cells only, right ratios, and nothing that may not be seen."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest
from tests.portal.connectivity.conftest import degrees

from amur.portal.connectivity import actions, comparing, files

pytestmark = pytest.mark.django_db
PAGE = "/en/connectivity/compare/"


@pytest.fixture
def two(compute: Any) -> tuple[Any, Any]:
    """The landscape as it is, and with a line across it."""
    line = {"type": "LineString", "coordinates": [list(degrees(10.0, 0.1)), list(degrees(10.0, 29.9))]}
    chosen = ["west", "north", "theirs", "cut-off"]
    return compute(areas=chosen), compute(areas=chosen, changes=[{"factor": 20.0, "geometry": line}])


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def addresses(one: Any, other: Any) -> list[str]:
    pair = f"{one.uuid}/{other.uuid}"
    return [
        f"{PAGE}{pair}/change.csv", f"{PAGE}{pair}/change.tif",
        f"/tiles/connectivity/{pair}/5/27/11.png", f"/maps/connectivity/{pair}/en.json",
    ]  # fmt: skip


def test_the_page_has_the_map_and_the_change_of_each_pair(two: Any, cast: Any, log_in: Any) -> None:
    before, after = two
    client = log_in(cast.data_manager)
    text = client.get(PAGE, {"before": before.uuid, "after": after.uuid}).content.decode()
    assert "Area west – Area" in text or "– Area west" in text
    assert f"/maps/connectivity/{before.uuid}/{after.uuid}/en.json" in text
    rows = list(csv.DictReader(io.StringIO(body(client.get(addresses(*two)[0])).decode("utf-8-sig"))))
    assert len(rows) == 6
    for row in rows:
        if row["before_ohm"]:
            change = 100 * (float(row["after_ohm"]) / float(row["before_ohm"]) - 1)
            assert float(row["change_percent"]) == pytest.approx(change) and change >= -1e-6
        else:
            assert "cut-off" in (row["area_1"], row["area_2"]) and not row["change_percent"]
    assert max(float(row["change_percent"] or 0) for row in rows) > 5


def test_the_map_is_the_binary_logarithm_of_the_ratio(
    two: Any, cast: Any, log_in: Any, tmp_path: Any
) -> None:
    import rasterio

    before, after = two
    path = tmp_path / "change.tif"
    path.write_bytes(body(log_in(cast.data_manager).get(addresses(*two)[1])))
    with rasterio.open(path) as raster:
        found = raster.read(1, masked=True).filled(np.nan)
    one, other = (files.read(result.current).values for result in (before, after))
    flowing = (one > 0) & (other > 0)
    assert np.allclose(found[flowing], np.log2(other[flowing] / one[flowing]))
    assert np.isnan(found[~flowing]).all()


def test_results_on_different_cells_are_refused_with_what_differs(
    compute: Any, cast: Any, log_in: Any
) -> None:
    one, other = compute(areas=["west", "north"]), compute(areas=["west", "north"], join=2)
    client = log_in(cast.data_manager)
    text = client.get(PAGE, {"before": one.uuid, "after": other.uuid}).content.decode()
    assert "they differ in number of rows, number of columns, width of a cell, height of a cell." in text
    assert client.get(addresses(one, other)[1]).status_code == 404
    same = client.get(PAGE, {"before": one.uuid, "after": one.uuid}).content.decode()
    assert "Both are the same result" in same
    assert "Choose two results" in client.get(PAGE, {"before": one.uuid}).content.decode()


def test_the_public_compares_released_results_only(two: Any, cast: Any, log_in: Any) -> None:
    before, after = two
    public = log_in(None)
    actions.release(before, published=True)
    assert [public.get(one).status_code for one in addresses(before, after)] == [404] * 4
    assert str(after.uuid) not in public.get(PAGE).content.decode()
    actions.release(after, published=True)
    assert [public.get(one).status_code for one in addresses(before, after)] == [200] * 4
    text = public.get(PAGE, {"before": before.uuid, "after": after.uuid})
    assert "public" in text.headers["Cache-Control"] and b"change.tif" in text.content


def test_with_a_hidden_area_there_is_a_table_without_it_and_no_map(two: Any, areas: Any, log_in: Any) -> None:
    before, after = two
    for result in two:
        actions.release(result, published=True)
    areas["north"].is_published = False
    areas["north"].save()
    public = log_in(None)
    table = body(public.get(addresses(*two)[0])).decode()
    assert "north" not in table and table.count("\r\n") == 4
    assert public.get(addresses(*two)[1]).status_code == 404
    assert public.get(addresses(*two)[2]).status_code == 404
    text = public.get(PAGE, {"before": before.uuid, "after": after.uuid}).content.decode()
    assert "Area north" not in text and "is not public" in text


def test_the_classes_are_balanced_around_no_change() -> None:
    assert pytest.approx([-one for one in reversed(comparing.BREAKS)]) == comparing.BREAKS
    assert len(comparing.palette()) == len(comparing.BREAKS) + 1 == len(comparing.legend("en"))
