"""The demonstration opens with a simulated survey that says so everywhere, each side alone and both together."""

from __future__ import annotations

import time
from typing import Any

import pytest

from amur.portal.facts.models import Fact
from amur.portal.population import simulated
from amur.portal.population.models import JointPart, PopulationResult


def test_the_simulated_survey_is_the_same_for_a_seed_and_at_the_density_of_the_literature() -> None:
    assert 0.6 <= simulated.DENSITY <= 1.0
    one, same, other = simulated.sides(3), simulated.sides(3), simulated.sides(4)
    for left, right in zip(one, same, strict=True):
        assert (left.sessions[0].detectors.positions == right.sessions[0].detectors.positions).all()
        assert left.sessions[0].captures.ids == right.sessions[0].captures.ids
    assert one[0].sessions[0].captures.ids != other[0].sessions[0].captures.ids


@pytest.mark.django_db
def test_the_demonstration_opens_with_three_results(client: Any) -> None:
    from amur.portal.demo import loader
    from amur.portal.demo.population import load_population
    from amur.portal.release.actions import holding, rebuild

    with holding():
        loader.load_offices()
        loader.load_species()
        rebuild()
    simulated.sides()  # reads the atlas and the compiled kernels, which a centre does once
    begun = time.process_time()
    load_population()
    assert time.process_time() - begun < 15, "minutes would keep a centre from opening"
    load_population()  # once more makes no doubles
    found = {one.key: one for one in PopulationResult.objects.all()}
    assert set(found) == {f"demo-population-{name}" for name in ("ru", "cn", "joint")}
    assert all(one.is_published and one.simulated for one in found.values())
    joint = found["demo-population-joint"].answers[0]
    assert {one["key"] for one in joint["regions"]} == {"CN", "RU"}
    assert joint["density"]["lower"] < simulated.DENSITY < joint["density"]["upper"]
    assert JointPart.objects.filter(ended=None).exclude(agreed=None).count() == 2
    for result in found.values():
        for language, word in {
            "en": "Simulated",
            "ru": "Смоделирован",
            "zh-hans": "模拟",
            "mn": "агварчилсан",
        }.items():
            page = client.get(f"/{language}/population/{result.uuid}/")
            assert page.status_code == 200 and word in page.content.decode(), language
        table = client.get(f"/en/population/{result.uuid}/result.csv")
        assert 'filename="simulated-demo-population-' in table.headers["Content-Disposition"]
    facts = Fact.objects.filter(run__kind="population")
    assert facts.count() == 12 and all(fact.is_published for fact in facts)
    assert {fact.subject_kind for fact in facts} == {"population"}, (
        "no simulated figure stands beside real ones"
    )
