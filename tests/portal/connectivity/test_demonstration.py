"""The demonstration opens with two results on a landscape that says in every place that it is made up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from amur.portal.connectivity import comparing, synthetic
from amur.portal.connectivity.models import ConnectivityResult
from amur.portal.connectivity.queries import public_results
from amur.portal.facts.models import Fact

SHOWN = ("", "ru", "zh-hans", "mn")


def test_the_synthetic_landscape_is_the_same_for_a_seed_and_positive() -> None:
    one, same, other = synthetic.landscape(5), synthetic.landscape(5), synthetic.landscape(6)
    assert np.array_equal(one.values, same.values, equal_nan=True)
    assert not np.array_equal(one.values, other.values, equal_nan=True)
    there = np.isfinite(one.values)
    assert one.values[there].min() >= 1 and one.values[there].max() <= 400
    assert 0.05 < 1 - there.mean() < 0.4, "the sea has no data"
    assert max(one.grid.shape) <= 300


@pytest.mark.django_db
def test_the_demonstration_opens_with_two_results_that_can_be_compared(client: Any) -> None:
    from amur.portal.demo import loader
    from amur.portal.demo.connectivity import AREAS, load_connectivity
    from amur.portal.release.actions import holding, rebuild

    with holding():
        loader.load_offices()
        loader.load_designations()
        loader.load_areas()
        rebuild()
    load_connectivity()
    load_connectivity()  # once more makes no doubles
    after, before = public_results()
    assert {before.key, after.key} == {"demo-connectivity-baseline", "demo-connectivity-railway"}
    for shown in (before, after):
        assert [one["key"] for one in shown.fields["areas"]] == sorted(AREAS)
        assert shown.fields["synthetic"] and shown.fields["current"] and not shown.fields["left_out"]
        assert all(shown.names.has(code) for code in ("en", "ru", "zh-hans", "mn"))
        for language, word in {
            "en": "Synthetic",
            "ru": "Синтетический",
            "zh-hans": "合成",
            "mn": "Зохиомол",
        }.items():
            page = client.get(f"/{language}/connectivity/{shown.uuid}/")
            assert page.status_code == 200 and word in page.content.decode()
        table = client.get(f"/en/connectivity/{shown.uuid}/resistances.csv")
        assert 'filename="synthetic-demo-connectivity-' in table.headers["Content-Disposition"]
    facts = Fact.objects.filter(subject_kind="connectivity")
    assert facts.count() == 56 and all(fact.is_published for fact in facts)
    assert all("ynthetic" in fact.place.text("en") for fact in facts)
    if before.key.endswith("railway"):
        before, after = after, before
    growth = [change.percent for change in comparing.changes(before, after)]
    assert all(one is not None and one > -1e-6 for one in growth) and max(one or 0 for one in growth) > 5
    assert ConnectivityResult.objects.count() == 2
