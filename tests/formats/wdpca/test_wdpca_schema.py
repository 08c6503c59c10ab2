"""The table of columns, the sentences and the documentation say the same."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

import amur.formats.wdpca as wdpca
from amur.formats.wdpca import COLUMNS, EXTENSIONS, WORDINGS, AreaRow
from amur.formats.wdpca.codes import ISO3, code_of, nearest_code
from amur.formats.wdpca.columns import LONGEST_NAME, SHORT_NAMES, understood

SOURCES = sorted(Path(wdpca.__file__).parent.glob("*.py"))
DOCUMENT = Path(__file__).parents[3] / "docs" / "formats-wdpca.md"


def test_a_row_has_exactly_the_columns_of_the_schema() -> None:
    named = {field.name for field in fields(AreaRow)} - {"geometry", "extra"}
    assert named == {column.name for column in COLUMNS}
    assert len(COLUMNS) == 33


def test_every_code_that_is_used_has_a_sentence_and_every_sentence_is_used() -> None:
    literals = {
        node.value
        for source in SOURCES
        if source.name != "messages.py"
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(WORDINGS) - literals == set()
    calls = {
        argument.value
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute | ast.Name)
        and (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id)
        in ("error", "warn", "give_up")
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    assert calls - set(WORDINGS) == set()


@pytest.mark.parametrize("code", sorted(WORDINGS))
def test_a_sentence_is_whole_and_documented(code: str) -> None:
    wording = WORDINGS[code]
    assert wording.text[0].isupper() or wording.text[0] in "“{"
    assert wording.text.endswith(".")
    assert wording.expected.endswith((".", "{hint}"))
    assert f"| `{code}` | {wording.text} | {wording.expected} |" in DOCUMENT.read_text()


def test_the_documentation_lists_every_column_and_code() -> None:
    text = DOCUMENT.read_text()
    for column in COLUMNS:
        (line,) = re.findall(rf"^\| `{column.name}` \|.*$", text, re.MULTILINE)
        assert column.meaning in line
        assert all(f"`{code}`" in line for code in column.codes)
    for name, meaning in EXTENSIONS.items():
        assert f"| `{name}` | {meaning} |" in text


def test_names_for_shapefiles_are_short_and_differ() -> None:
    short = [SHORT_NAMES.get(name, name.upper()) for name in EXTENSIONS] + [c.name.upper() for c in COLUMNS]
    assert all(len(name) <= 10 for name in short)
    assert len(set(short)) == len(short)
    assert LONGEST_NAME >= 10


def test_country_codes_are_three_capitals_and_hold_the_three_countries() -> None:
    assert len(ISO3) == 249
    assert all(re.fullmatch("[A-Z]{3}", code) for code in ISO3)
    assert {"RUS", "CHN", "MNG"} <= ISO3


def test_every_code_is_understood_as_itself_and_in_other_capitals() -> None:
    for column in COLUMNS:
        for code in column.codes:
            assert code_of(column.name, code, column.codes) == code
            assert code_of(column.name, code.upper(), column.codes) == code
            assert nearest_code(code, column.codes) == code


def test_a_name_is_read_in_its_old_meaning_only_in_an_old_file() -> None:
    assert understood(["WDPAID", "NAME"]).columns["NAME"] == "name_eng"
    assert understood(["SITE_ID", "NAME_ENG", "NAME"]).columns["NAME"] == "name"
    assert understood(["NAME"]).columns["NAME"] == "name"
