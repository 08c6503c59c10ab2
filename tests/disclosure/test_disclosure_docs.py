"""The manual for offices is held to the rules: it names what the table has, with the table's numbers."""

from __future__ import annotations

from pathlib import Path

from amur.disclosure import DEFAULT, Category, Level, Purpose, Side, cell_of
from amur.disclosure.counts import MIN_RECORDS, MIN_STATIONS
from amur.disclosure.texts import scan

DOCUMENT = (Path(__file__).parents[2] / "docs" / "disclosure.md").read_text(encoding="utf-8")


def line_with(start: str) -> str:
    return next(line for line in DOCUMENT.splitlines() if line.startswith(start))


def test_every_purpose_level_and_category_is_explained() -> None:
    for purpose in Purpose:
        assert f"`{purpose}`" in DOCUMENT
    for level in Level:
        if level.is_cell:
            assert f"**{level.word}°**" in DOCUMENT
    for category in list(Category)[1:]:
        assert category.word in DOCUMENT


def test_the_table_of_categories_says_what_the_rules_say() -> None:
    rows = {
        Category.EXTREME: "| 1 extreme",
        Category.HIGH: "| 2 high",
        Category.MEDIUM: "| 3 medium",
        Category.LOW: "| 4 low",
    }
    for category, start in rows.items():
        cells = line_with(start).split("|")
        public, auditor = DEFAULT.terms[Side.PUBLIC, category], DEFAULT.terms[Side.AUDITOR, category]
        for text, terms in ((cells[3], public), (cells[4], auditor)):
            if terms.nothing:
                assert text.strip() == "nothing"
                continue
            assert terms.time_level.word in text
            assert (
                "without a place" in text if terms.level is Level.WITHHELD else f"{terms.level.word}°" in text
            )
            if terms.min_age_months:
                assert f"{terms.min_age_months} months" in text
            assert ("two people" in text) == (terms.signers == 2)


def test_the_sizes_of_the_cells_are_true() -> None:
    for level in Level:
        if level.is_cell:
            said = line_with(f"| {level.word}° |").split("|")[3].removesuffix(" km ").strip()
            kilometres = cell_of(131, 47.99, level).half_diagonal_m() / 1000
            assert abs(float(said) - kilometres) <= kilometres * 0.02


def test_the_bounds_for_counts_are_the_ones_in_use() -> None:
    assert f"at least {MIN_RECORDS} records and {MIN_STATIONS} stations" in DOCUMENT


def test_the_manual_gives_no_place_away() -> None:
    assert scan(DOCUMENT) == ()
