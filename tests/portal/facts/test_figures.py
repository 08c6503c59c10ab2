"""A figure is shown with its interval and unit; unknown is said and never zero."""

import xml.etree.ElementTree as ET

import pytest
from django.utils import translation

from amur.portal.facts.chart import Point, Series, nice_step, svg
from amur.portal.facts.figures import figure, middle_year, period

EMPTY = {
    "value": None,
    "low": None,
    "high": None,
    "unit": "individuals",
    "kind": "total",
    "approximate": False,
}


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"value": 27}, "27 individuals"),
        ({"value": 1}, "1 individual"),
        ({"low": 423, "high": 502}, "423–502 individuals"),
        ({"value": 500, "low": 423, "high": 502}, "500 (423–502) individuals"),
        ({"high": 4000, "kind": "upper-bound"}, "≤ 4,000 individuals"),
        ({"low": 234}, "≥ 234 individuals"),
        ({"value": 234, "kind": "minimum"}, "≥ 234 individuals"),
        ({"value": 70, "approximate": True}, "≈ 70 individuals"),
        ({}, "not known"),
        ({"value": 0}, "0 individuals"),
    ],
)
def test_a_figure_says_what_kind_of_bound_it_is(fields: dict, shown: str) -> None:
    with translation.override("en"):
        assert figure(EMPTY | fields, "en") == shown


def test_a_period_uses_its_own_words_when_it_has_them() -> None:
    label = {"source": "en", "texts": {"en": {"text": "late 1930s", "status": "reviewed"}}}
    assert period({"period_label": label, "period_start": "1935", "period_end": "1939"}, "en") == "late 1930s"
    assert period({"period_start": "2015", "period_end": "2015"}, "en") == "2015"


def test_a_fact_without_a_date_has_no_place_on_the_time_axis() -> None:
    assert middle_year({"period_start": "1995", "period_end": "2005"}) == 2000
    assert middle_year({"period_start": None, "period_end": None}) is None


def drawn(points: list[Point]) -> ET.Element:
    text = svg([Series("A & <b>", points)], "en", "Title", "What it shows", "individuals")
    return ET.fromstring(text)  # made by ourselves a line above


def test_a_chart_is_well_formed_and_tells_every_point_in_words() -> None:
    root = drawn(
        [Point(2005, None, 423, 502, "Russia, 2005: 423–502"), Point(2015, 27, None, None, "China & more")]
    )
    labels = [group.get("aria-label") for group in root.iter("{http://www.w3.org/2000/svg}g")]
    assert labels == ["Russia, 2005: 423–502", "China & more"]


def test_only_an_interval_has_a_bar_and_only_a_disputed_figure_a_ring() -> None:
    plain = drawn([Point(2005, 4, None, None, "a"), Point(2006, 5, None, None, "b")])
    marked = drawn([Point(2005, None, 3, 9, "a"), Point(2006, 5, None, None, "b", disputed=True)])
    circles = "{http://www.w3.org/2000/svg}circle"
    paths = "{http://www.w3.org/2000/svg}path"
    assert len(list(marked.iter(circles))) == len(list(plain.iter(circles))) + 1
    assert len(list(marked.iter(paths))) == len(list(plain.iter(paths))) + 1


def test_an_empty_chart_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one point"):
        svg([], "en", "", "", "")


@pytest.mark.parametrize("span", [0.003, 1, 7, 42, 800, 123_456])
def test_axis_steps_are_round_and_not_too_many(span: float) -> None:
    step = nice_step(span)
    assert 2 <= span / step <= 5.01
