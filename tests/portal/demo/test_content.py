"""What the demo content promises: see src/amur/portal/demo/content/README.md. Needs no Django."""

import json
import re
from collections import Counter

import pytest
from demo_content import CONTENT, ROWS, by_key, rows, texts, values, without_citations

LANGUAGES = {"en", "ru", "zh-hans", "mn"}
CONFIDENCES = {"high", "medium", "low", "own-knowledge"}
FACT_KINDS = {
    *("total", "adults", "minimum", "upper-bound", "baseline", "births", "part"),
    *("range", "area", "share", "density"),
}
UNITS = {
    *("individuals", "adults", "cubs", "males", "females", "individuals-per-km2"),
    *("nests", "occupied-nests", "newly-found-nests", "artificial-nests", "territorial-pairs"),
    *("percent", "ha", "km2", "areas"),
}
DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
# A conservation body may be cited, never named in what we say ourselves.
ORGANISATIONS = re.compile(r"\b(WWF|WCS|IFAW|NEASPEC|WSCC|AHEC|panda|Phoenix|Amur Tiger Cent(er|re))\b", re.I)


ALL = pytest.mark.parametrize("name", sorted(ROWS))


@ALL
def test_each_file_has_its_rows_with_keys_of_their_own(name: str) -> None:
    assert len(rows(name)) == ROWS[name]
    assert len(by_key(name)) == ROWS[name]
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) for key in by_key(name))


@ALL
def test_each_file_is_written_in_the_stable_form(name: str) -> None:
    written = (CONTENT / f"{name}.json").read_text(encoding="utf-8")
    assert written == json.dumps(rows(name), ensure_ascii=False, indent=2) + "\n"


@ALL
def test_every_row_of_a_file_has_the_same_keys(name: str) -> None:
    assert len({frozenset(row) for row in rows(name)}) == 1


@ALL
def test_no_text_is_empty_and_unknown_is_null(name: str) -> None:
    for leaf in values(rows(name)):
        assert not (isinstance(leaf, str) and leaf.strip() in {"", "-", "unknown", "None"})


@ALL
def test_texts_use_the_four_languages_and_have_their_source(name: str) -> None:
    for text in texts(rows(name)):
        assert set(text) == {"source", "texts"}
        assert text["texts"], text
        assert set(text["texts"]) <= LANGUAGES
        assert text["source"] in text["texts"]
        for translation in text["texts"].values():
            assert set(translation) == {"text", "status", "basis"}
            assert translation["status"] in {"machine", "draft", "reviewed"}


@ALL
def test_chinese_is_written_in_chinese_and_russian_and_mongolian_in_cyrillic(name: str) -> None:
    for text in texts(rows(name)):
        for language, translation in text["texts"].items():
            letters = r"[\u3400-\u9fff]" if language == "zh-hans" else r"[а-яёөү]"
            if language != "en":
                assert re.search(letters, translation["text"], re.I), translation["text"]
            else:
                assert not re.search(r"[а-яё\u3400-\u9fff]", translation["text"], re.I), translation["text"]


@pytest.mark.parametrize("name", sorted(set(ROWS) - {"designations"}))
def test_every_row_is_cited_or_marked_as_own_knowledge(name: str) -> None:
    for row in rows(name):
        assert row["confidence"] in CONFIDENCES, row["key"]
        assert bool(row["sources"]) == (row["confidence"] != "own-knowledge"), row["key"]


@ALL
def test_every_source_is_a_citation_with_an_address_or_null(name: str) -> None:
    for source in (one for one in values(rows(name)) if isinstance(one, dict) and "citation" in one):
        assert set(source) == {"citation", "url", "mirror"}
        assert source["url"] is None or re.fullmatch(r"https?://\S+", source["url"])
        assert isinstance(source["mirror"], bool)


@ALL
def test_conservation_bodies_appear_in_citations_only(name: str) -> None:
    for leaf in values(without_citations(rows(name))):
        if isinstance(leaf, str):
            assert not ORGANISATIONS.search(leaf), leaf


@ALL
def test_dates_are_iso_dates_of_reduced_precision(name: str) -> None:
    for node in values(rows(name)):
        if isinstance(node, dict):
            for field in {"start", "end", "date", "established"} & set(node):
                assert node[field] is None or DATE.fullmatch(node[field]), node
            if node.get("start") and node.get("end"):
                assert node["start"][:4] <= node["end"][:4]


@pytest.mark.parametrize("name", ["areas", "units", "facts", "animals", "events"])
def test_every_row_belongs_to_an_office_we_know(name: str) -> None:
    assert {row["office"] for row in rows(name)} <= set(by_key("offices"))


def test_names_of_areas_keep_the_real_gap_between_languages() -> None:
    protected = [row for row in rows("areas") if row["kind"] == "protected-area"]
    assert len(protected) == 70
    named = Counter(language for row in protected for language in row["names"]["texts"])
    assert named == {"ru": 66, "en": 70, "zh-hans": 26, "mn": 15}


def test_areas_refer_to_designations_and_parents_that_exist() -> None:
    kinds = Counter(row["kind"] for row in rows("areas"))
    assert kinds == {"protected-area": 70, "corridor": 14, "buffer-zone": 2}
    for row in rows("areas"):
        designation = by_key("designations")[row["designation"]]
        assert designation["kind"] == row["kind"], row["key"]
        assert designation["country"] in {None, *row["country"]}, row["key"]
        assert designation["iucn_category"] == row["iucn_category"], row["key"]
        assert (row["parent"] in by_key("areas")) == (row["kind"] == "buffer-zone")
        for group in row["groups"]:
            assert not group.startswith("sister-pair:") or group.split(":")[1] in by_key("areas")


def test_an_area_has_a_size_with_a_source_and_a_position_with_an_accuracy_or_none() -> None:
    for row in rows("areas"):
        sized = row["area_ha"] is not None
        assert (row["area_source"] is not None) is sized, row["key"]
        assert (row["area_confidence"] in CONFIDENCES) is sized, row["key"]
        if sized:
            assert row["area_ha"] > 0
            assert row["area_source"]["sources"] or row["area_confidence"] == "own-knowledge", row["key"]
        placed = row["longitude"] is not None
        assert (row["latitude"] is not None) is placed
        assert (row["geometry_accuracy"] is not None) is placed
        if placed:
            assert 105 < row["longitude"] < 142 and 42 < row["latitude"] < 56, row["key"]


def test_candidates_are_kept_apart_from_members() -> None:
    assert not any("candidate" in group for row in rows("areas") for group in row["groups"])
    for unit in rows("units"):
        for member in unit["members"]:
            assert member["area"] in by_key("areas")
            assert bool(member["sources"]) == (member["status"] == "member")
    statuses = Counter(member["status"] for member in by_key("units")["memorandum-2016"]["members"])
    assert statuses == {"member": 12, "candidate": 9}


def test_places_of_releases_and_nests_are_not_told_by_areas_or_plain_fact_places() -> None:
    for row in rows("areas"):
        assert not {"tiger-release-site", "stork-plot"} & set(row["groups"])
        assert "released" not in (row["notes"] or "")
    fine = by_key("facts")["oriental-stork-jewish-ao-2018-new-nests"]
    assert "Dzhavarga" in fine["place_detail"]["texts"]["en"]["text"]
    assert "Dzhavarga" not in json.dumps([fine["place"], fine["notes"], fine["name"]])


def test_every_species_has_a_profile_in_four_languages_and_a_reasoned_sensitivity() -> None:
    for row in rows("species"):
        assert row["sensitivity"] in {1, 2, 3, 4} and row["sensitivity_reason"]
        assert row["iucn_status"] in {None, "LC", "VU", "EN", "CR"}
        assert set(row["profile"]["texts"]) == LANGUAGES == set(row["slugs"])
        for language, translation in row["profile"]["texts"].items():
            assert translation["status"] == ("reviewed" if language == "en" else "draft")
            paragraphs = translation["text"].split("\n\n")
            assert 2 <= len(paragraphs) <= 3
            assert not re.search(r"\d", translation["text"]), "figures are facts, not prose"
            length = len(translation["text"]) if language == "zh-hans" else len(translation["text"].split())
            assert 90 <= length <= (260 if language == "zh-hans" else 145), (row["key"], language, length)
    assert by_key("species")["amur-tiger"]["sensitivity"] == 2
    assert by_key("species")["amur-leopard"]["sensitivity"] == 2


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_slugs_of_species_differ_within_a_language(language: str) -> None:
    slugs = [row["slugs"][language] for row in rows("species")]
    assert len(set(slugs)) == len(slugs)
    assert all(" " not in slug and (slug.isascii() or language == "zh-hans") for slug in slugs)


def test_subjects_and_places_of_facts_exist() -> None:
    keys = {
        "species": set(by_key("species")),
        "area": set(by_key("areas")),
        "corridor": set(by_key("areas")),
        "ecoregion": {"amur-heilong"},
    }
    for fact in rows("facts"):
        assert fact["subject"]["key"] in keys[fact["subject"]["kind"]], fact["key"]
        assert fact["place_area"] in {None, *by_key("areas")}, fact["key"]


def test_a_fact_has_a_value_or_an_interval_and_null_is_not_zero() -> None:
    for fact in rows("facts"):
        value, low, high = fact["value"], fact["low"], fact["high"]
        if value is not None:
            assert low is None and high is None and value > 0, fact["key"]
        elif fact["kind"] == "upper-bound":
            assert low is None and high > 0, fact["key"]
        else:
            assert 0 < low < high, fact["key"]
        assert fact["unit"] in UNITS and fact["kind"] in FACT_KINDS, fact["key"]
        assert fact["status"] in {"final", "interim", "quoted", "disputed"}, fact["key"]
        assert fact["unit"] != "percent" or value <= 100, fact["key"]
        period = fact["period"]
        assert (period["start"] is None) == (period["end"] is None), fact["key"]
        assert period["start"] or period["label"], fact["key"]


def test_contradictions_are_told_on_both_sides() -> None:
    facts = by_key("facts")
    pairs = {(fact["key"], other) for fact in facts.values() for other in fact["contradicts"]}
    assert pairs and pairs == {(other, key) for key, other in pairs}
    for key, other in pairs:
        assert key != other and facts[key]["unit"].split("-")[0] in _comparable(facts[other]["unit"])
    assert ("area-khingansky-2008", "area-khingansky-register") in pairs
    assert ("kpi-protected-share-a", "kpi-protected-share-b") in pairs


def _comparable(unit: str) -> set[str]:
    """A count of adults may speak against a count of all animals."""
    return {"adults", "individuals"} if unit in {"adults", "individuals"} else {unit.split("-")[0]}


def test_notes_methods_and_places_of_facts_are_in_four_languages() -> None:
    for fact in rows("facts"):
        own_area_name = fact["subject"]["kind"] == "area"
        for field in ("notes", "method", "place", "place_detail"):
            if fact[field] is not None and not (field == "place" and own_area_name):
                assert set(fact[field]["texts"]) == LANGUAGES, (fact["key"], field)


def test_animals_and_events_refer_to_rows_that_exist() -> None:
    for animal in rows("animals"):
        assert animal["species"] in by_key("species")
        released = animal["released"]
        assert (animal["event_kind"] == "rehabilitation-release") == (released is not None), animal["key"]
        assert released is None or released["area"] in {None, *by_key("areas")}
    for event in rows("events"):
        assert event["area"] in {None, *by_key("areas")}
        for field in ("title", "summary", "place"):
            assert set(event[field]["texts"]) == LANGUAGES
