"""A run from inputs to a result: right numbers, the same once, cancelled without a trace, started again."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from tests.portal.connectivity.conftest import GRID, small_landscape

from amur.portal.connectivity import actions, files, work
from amur.portal.connectivity.models import ConnectivityResult
from amur.portal.facts.models import Fact
from amur.portal.runs import live
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run, RunState

pytestmark = pytest.mark.django_db


def keys(result: Any) -> list[str]:
    return [one["key"] for one in result.areas]


def test_the_effective_resistances_are_those_of_the_dense_laplacian(compute: Any) -> None:
    """The matrix of pairs equals what the pseudoinverse of the whole network gives (points only)."""
    result = compute(areas=["west", "north", "theirs"])
    values = small_landscape().values
    rows, columns = values.shape
    laplacian = np.zeros((values.size, values.size))
    for row in range(rows):
        for column in range(columns):
            for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
                other = (row + down, column + right)
                if other[0] >= rows or not 0 <= other[1] < columns:
                    continue
                mean = (values[row, column] + values[other]) / 2
                if np.isnan(mean):
                    continue
                conductance = 1 / (mean * (np.sqrt(2) if down and right else 1))
                a, b = row * columns + column, other[0] * columns + other[1]
                laplacian[[a, b], [b, a]] -= conductance
                laplacian[[a, b], [a, b]] += conductance
    inverse = np.linalg.pinv(laplacian, hermitian=True)
    cells = {"west": 15 * 40 + 2, "north": 2 * 40 + 18, "theirs": 25 * 40 + 30}
    for i, one in enumerate(keys(result)):
        for j, other in enumerate(keys(result)):
            a, b = cells[one], cells[other]
            expected = inverse[a, a] + inverse[b, b] - 2 * inverse[a, b]
            assert result.resistances[i][j] == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_a_boundary_is_a_region_and_what_nothing_reaches_has_no_resistance(compute: Any) -> None:
    result = compute()
    assert keys(result) == ["cut-off", "middle", "north", "theirs", "west"]
    by_key = {one["key"]: one for one in result.areas}
    assert by_key["middle"]["cells"] == 16 and by_key["middle"]["has_boundary"]
    assert by_key["west"]["cells"] == 1 and not by_key["west"]["has_boundary"]
    assert result.resistances[0] == [0.0, None, None, None, None]
    assert all(value is not None for value in result.resistances[1][1:])
    assert not any(0 in link[:2] for link in result.links)
    assert len(result.links) == len(json.loads(result.paths.json)["coordinates"]) >= 3
    assert result.report["error_estimate"] < 1e-6 and result.report["methods"]


def test_the_map_of_current_lies_in_a_file_named_by_its_hash(compute: Any) -> None:
    result = compute()
    stored = files.read(result.current)
    assert stored.grid.shape == GRID.shape and np.isnan(stored.values[:, 34]).all()
    assert np.nanmax(stored.values) > max(result.breaks) > min(result.breaks) > 0
    assert [one.name for one in files.folder().glob("*.tif") if one.name.startswith(".")] == []


def test_areas_outside_or_without_data_are_left_out_by_name(area: Any, compute: Any) -> None:
    area("far", (500.0, 500.0))
    area("bare", (34.5, 5.5))
    result = compute(areas=["west", "north", "far", "bare"])
    assert {one["key"]: one["reason"] for one in result.left_out} == {"far": "outside", "bare": "no-data"}
    assert keys(result) == ["north", "west"]


def test_with_fewer_than_two_areas_on_the_raster_the_run_is_refused(
    area: Any, cast: Any, parameters: Any
) -> None:
    area("far", (500.0, 500.0))
    run = actions.start(
        {**parameters, "areas": ["west", "far"]}, cast.data_manager, cast.ours, in_background=False
    )
    done = work_on(run.uuid)
    assert done.state == RunState.FAILED and done.problems[0]["code"] == "too-few-areas"
    assert not ConnectivityResult.objects.exists()


def test_the_same_inputs_give_the_stored_result_under_any_title(compute: Any, areas: Any) -> None:
    first = compute()
    assert compute(names={"source": "ru", "texts": {"ru": {"text": "Иначе"}}}).pk == first.pk
    assert Run.objects.filter(kind=work.NAME).count() == 1
    assert compute(neighbours=4).pk != first.pk


def test_an_area_that_moved_makes_another_result(compute: Any, areas: Any, area: Any) -> None:
    from django.contrib.gis.geos import Point
    from tests.portal.connectivity.conftest import degrees

    first = compute()
    areas["west"].geometry = Point(*degrees(5.5, 15.5), srid=4326)
    areas["west"].save()
    assert compute().pk != first.pk


def test_a_change_along_a_line_raises_resistance_across_it_and_never_lowers_any(compute: Any) -> None:
    """Rayleigh's law of monotonicity: more resistance somewhere is nowhere less effective resistance."""
    from tests.portal.connectivity.conftest import degrees

    line = {"type": "LineString", "coordinates": [list(degrees(10.0, 0.1)), list(degrees(10.0, 29.9))]}
    before = compute(areas=["west", "north", "theirs"])
    after = compute(areas=["west", "north", "theirs"], changes=[{"factor": 20.0, "geometry": line}])
    one, other = (np.array(result.resistances) for result in (before, after))
    assert (other >= one - 1e-9).all()
    west, north, theirs = (keys(before).index(key) for key in ("west", "north", "theirs"))
    assert other[west, north] > 1.2 * one[west, north]
    assert after.parameters["touched"][0] >= 30
    assert other[north, theirs] == pytest.approx(one[north, theirs], rel=0.05)


def test_joined_cells_make_a_coarser_raster(compute: Any) -> None:
    result = compute(areas=["west", "north"], join=2)
    assert (result.report["rows"], result.report["columns"]) == (15, 20)


def test_a_cancelled_run_leaves_nothing_behind(cast: Any, parameters: Any) -> None:
    run = actions.start(parameters, cast.data_manager, cast.ours, in_background=False)

    def stop(share: float, stage: str) -> None:
        if stage == "solve":
            live.ask_cancel(run.uuid)

    done = work_on(run.uuid, stop)
    assert done.state == RunState.CANCELLED
    assert not ConnectivityResult.objects.exists() and not Fact.objects.filter(run=run).exists()
    again = actions.start(parameters, cast.data_manager, cast.ours, in_background=False)
    assert again.uuid != run.uuid and work_on(again.uuid).state == RunState.DONE


def test_a_second_wish_for_the_same_finds_the_run_that_waits(cast: Any, parameters: Any) -> None:
    first = actions.start(parameters, cast.data_manager, cast.ours, in_background=False)
    assert actions.start(parameters, cast.data_manager, cast.ours, in_background=False).pk == first.pk


def test_a_run_that_was_lost_after_its_work_finds_the_stored_result(
    compute: Any, cast: Any, parameters: Any
) -> None:
    result = compute()
    Run.objects.filter(pk=result.run_id).update(state=RunState.QUEUED)
    assert work_on(result.run.uuid).result == {"result": str(result.uuid)}
    assert ConnectivityResult.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"raster": "7c5f2f3a-0000-4000-8000-000000000000"}, "raster"),
        ({"areas": ["west"]}, "areas"),
        ({"areas": "west"}, "areas"),
        ({"neighbours": 6}, "neighbours"),
        ({"average": "sum"}, "average"),
        ({"join": 0}, "join"),
    ],
)
def test_wrong_parameters_are_named(parameters: Any, changed: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=f"^{word}: "):
        work.checked({**parameters, **changed})


def test_another_offices_raster_and_hidden_areas_cannot_be_used(
    cast: Any, parameters: Any, areas: Any
) -> None:
    with pytest.raises(ValueError, match="raster"):
        actions.start(parameters, cast.foreign_data_manager, cast.theirs, in_background=False)
    areas["theirs"].is_published = False
    areas["theirs"].save()
    assert "theirs" not in {one.key for one in work.areas_of(cast.ours, parameters["areas"])}
    assert "theirs" in {one.key for one in work.areas_of(cast.theirs, parameters["areas"])}


def test_the_resistances_are_facts_with_unit_method_and_run(compute: Any) -> None:
    result = compute(areas=["west", "north", "cut-off"])
    (fact,) = Fact.objects.filter(subject_kind="connectivity", subject_key=result.key)
    assert (fact.unit, fact.kind, fact.run_id) == ("ohm", "effective-resistance", result.run_id)
    assert fact.value == pytest.approx(result.resistances[1][2])
    assert all(fact.method.has(code) and fact.name.has(code) for code in ("en", "ru", "zh-hans", "mn"))
    assert not fact.is_published
    assert fact.clean() is None, "no text of it names coordinates"
