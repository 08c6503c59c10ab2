"""Nothing was lost on the way from the compilation of facts to the demo content. Needs no Django."""

import json
import re

import pytest
from demo_content import ROOT, ROWS, URL, Row, by_key, rows, urls_in, values

COMPILATION = ROOT.parent / "shared/data/amur/facts.json"


@pytest.fixture(scope="module")
def compilation() -> Row:
    if not COMPILATION.exists():
        pytest.skip(f"the compilation that the content was made from is not at {COMPILATION}")
    loaded: Row = json.loads(COMPILATION.read_text(encoding="utf-8"))
    return loaded


def same_names(ours: Row, theirs: Row) -> bool:
    given = {("zh-hans" if code == "zh" else code): name for code, name in theirs.items() if name}
    return given == {code: one["text"] for code, one in ours["texts"].items()}


def told_about(key: str) -> list[Row]:
    """The facts and events that carry what the compilation wrote into the row of an area."""
    facts = [fact for fact in rows("facts") if key in {fact["place_area"], fact["subject"]["key"]}]
    return facts + [event for event in rows("events") if event["area"] == key]


def test_no_protected_area_lost_a_value_a_source_or_its_confidence(compilation: Row) -> None:
    for theirs in compilation["protected_areas"]:
        ours = by_key("areas")[theirs["id"]]
        for field in ("area_ha", "confidence"):
            assert ours[field] == theirs[field], ours["key"]
        assert ours["longitude"] == theirs["lon"] and ours["latitude"] == theirs["lat"]
        assert ours["iucn_category"] == theirs["iucn_mapping"]
        assert ours["country"] == [theirs["country"]]
        assert (ours["established"] or "")[:4] == str(theirs["established"] or ""), ours["key"]
        assert same_names(ours["names"], theirs["names"]), ours["key"]
        candidates = {f"{group}-candidate" for group in ours["candidate_groups"]}
        groups = {*ours["groups"], *ours["restricted_groups"], *candidates}
        assert groups == {group.lower() for group in theirs["groups"]}, ours["key"]
        assert urls_in(theirs) <= urls_in([ours, *told_about(ours["key"])]), ours["key"]
        if "own knowledge" in (theirs["area_source"] or ""):
            assert ours["area_confidence"] == "own-knowledge", ours["key"]


def test_no_corridor_lost_a_value_a_source_or_its_confidence(compilation: Row) -> None:
    for theirs in compilation["corridors"]:
        ours = by_key("areas")[theirs["id"]]
        for field in ("area_ha", "established", "confidence"):
            assert ours[field] == theirs[field], ours["key"]
        assert ours["country"] == theirs["country"].split("-")
        assert same_names(ours["names"], theirs["names"])
        assert urls_in(theirs) <= urls_in(ours), ours["key"]
        assert bool(ours["legal_act"]) == ("legal" in theirs)


def test_no_unit_lost_a_member_a_source_or_its_confidence(compilation: Row) -> None:
    for theirs in compilation["transboundary"]:
        ours = by_key("units")[theirs["id"]]
        members = [one["area"] for one in ours["members"] if one["status"] == "member"]
        assert set(members) == {
            *theirs.get("members", []),
            *(area for pair in theirs.get("pairs", []) for area in pair),
        }
        assert ours["pairs"] == theirs.get("pairs", [])
        assert ours["members_declared"] == theirs.get("members_declared")
        assert ours["whc_id"] == theirs.get("whc_id")
        assert theirs["date"].startswith(ours["date"])
        assert ours["confidence"] == theirs["confidence"]
        assert "names" not in theirs or same_names(ours["names"], theirs["names"])
        assert urls_in(theirs) <= urls_in(ours), ours["key"]


def test_no_species_lost_a_name_a_source_or_its_confidence(compilation: Row) -> None:
    for theirs in compilation["species"]:
        ours = by_key("species")[theirs["id"]]
        assert ours["scientific_name"] == theirs["scientific"]
        assert same_names(ours["names"], theirs["names"])
        assert ours["role"] == theirs["role"] and ours["confidence"] == theirs["confidence"]
        assert (theirs.get("iucn") or "").startswith(ours["iucn_status"] or "")
        assert (ours["iucn_status"] is None) == (not theirs.get("iucn"))
        assert urls_in(theirs) <= urls_in(ours)
        if "mn: own knowledge" in theirs.get("name_notes", ""):
            assert ours["names"]["texts"]["mn"]["status"] == "draft"


def test_no_count_lost_a_value_a_source_or_its_confidence(compilation: Row) -> None:
    facts = [fact for fact in rows("facts") if fact["subject"]["kind"] == "species"]
    assert len(compilation["population_counts"]) == 42
    for theirs, ours in zip(compilation["population_counts"], facts, strict=False):
        assert ours["subject"]["key"] == theirs["species"]
        low, high = ours["low"] or ours["value"], ours["high"] or ours["value"]
        assert (low or 0, high) == (theirs["low"], theirs["high"]), ours["key"]
        assert ours["confidence"] == theirs["confidence"]
        assert bool(ours["method"]) == bool(theirs["method"])
        assert str(theirs["year"])[:3] in {ours["period"]["start"][:3], ours["period"]["end"][:3]}
        related = [fact for fact in facts if fact["key"].startswith(ours["key"])]
        assert urls_in(theirs) <= urls_in([ours, *related]), ours["key"]


def test_no_animal_or_event_lost_a_value_a_source_or_its_confidence(compilation: Row) -> None:
    for theirs in compilation["individuals"]:
        ours = by_key("animals")[theirs["id"]]
        assert same_names(ours["names"], theirs["names"])
        assert ours["species"] == theirs["species"] and ours["sex"][0].upper() == theirs["sex"]
        assert ours["weight_kg"] == theirs.get("weight_kg")
        assert bool(ours["released"]) == bool(theirs["released"])
        assert bool(ours["found"]) == bool(theirs["found"]) and bool(ours["fate"]) == bool(theirs["fate"])
        if ours["released"] and ours["released"]["date"]:
            assert ours["released"]["date"] == theirs["released"]
            assert ours["released"]["area"] == theirs["release_site"]
        assert ours["confidence"] == theirs["confidence"] and urls_in(theirs) <= urls_in(ours)
    for theirs in compilation["events"]:
        ours = by_key("events")[theirs["id"]]
        assert theirs["date"].startswith(ours["start"])
        assert ours["confidence"] == theirs["confidence"] and urls_in(theirs) <= urls_in(ours)


def test_no_key_figure_lost_its_value_source_or_confidence(compilation: Row) -> None:
    for theirs in compilation["kpis"]:
        same = [
            fact
            for fact in rows("facts")
            if fact["value"] == theirs["value"] and urls_in(theirs["source"]) <= urls_in(fact["sources"])
        ]
        assert [fact["confidence"] for fact in same] == [theirs["confidence"]], theirs["id"]


def test_no_office_lost_its_place_or_confidence(compilation: Row) -> None:
    for theirs in compilation["offices"]:
        ours = by_key("offices")[theirs["id"]]
        assert (ours["longitude"], ours["latitude"]) == (theirs["lon"], theirs["lat"])
        assert ours["country"] == theirs["country"] and ours["confidence"] == theirs["confidence"]
        assert urls_in(theirs) <= urls_in(ours)


def test_every_figure_of_the_remarks_is_still_told_somewhere(compilation: Row) -> None:
    ours = " | ".join(
        str(leaf) for name in ROWS for leaf in values(rows(name)) if not isinstance(leaf, (dict, list))
    )
    told = set(_figures(ours))
    for group in compilation.values():
        for row in group if isinstance(group, list) else []:
            for field in {
                "notes",
                "detail",
                "fate",
                "what",
                "status",
                "area_note",
                "found",
                "area_source",
            } & set(row):
                assert set(_figures(str(row[field]))) <= told, (row, field)


def _figures(text: str) -> list[str]:
    """Numbers of three digits and more without group separators, addresses left out."""
    plain = re.sub(r"(?<=\d)[, \u00a0\u202f](?=\d{3}\b)", "", URL.sub("", text))
    return re.findall(r"(?<![\d.])\d{3,}(?![\d.]\d)", plain)
