"""What people look for is among the first ten: measured on queries that were written before the search.

`queries_tuning.json` was looked at while the search was made, `queries_held_apart.json` was not. Each query
names the items that a reader must find.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from amur.portal.languages.codes import LANGUAGES
from amur.portal.search.queries import search

FIRST = 10
WANTED = 0.9


def queries(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(
        (Path(__file__).parent / f"queries_{name}.json").read_text("utf-8")
    )
    return rows


@pytest.fixture(scope="module")
def identities(demo: None, django_db_blocker: Any) -> dict[str, str]:
    """`kind:key` of the query sets -> the identity in the index."""
    from amur.portal.release.models import Released
    from amur.portal.website.models import CentrePage

    with django_db_blocker.unblock():
        found = {f"page:{page.key}": f"page:{page.translation_key}" for page in CentrePage.objects.all()}
        for row in Released.objects.all():
            kind = "unit" if row.kind == "transboundary-unit" else row.kind
            found[f"{kind}:{row.key}"] = f"{row.kind}:{row.uuid}"
    return found


def test_the_held_apart_queries_are_sixty_and_none_of_them_is_used_for_tuning() -> None:
    held, tuning = queries("held_apart"), queries("tuning")
    for language in LANGUAGES:
        assert sum(row["language"] == language for row in held) >= 15
    assert not {(row["language"], row["query"]) for row in held} & {
        (row["language"], row["query"]) for row in tuning
    }
    for kind in ("plain", "inflected", "synonym", "typo", "cross-language"):
        assert any(row["kind"] == kind for row in held)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["held_apart", "tuning"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nine_of_ten_wanted_items_are_among_the_first_ten(
    identities: dict[str, str], name: str, language: str
) -> None:
    recalls: dict[str, float] = defaultdict(float)
    rows = [row for row in queries(name) if row["language"] == language]
    for row in rows:
        first = [one.item for one in search(row["query"], row["language"]).found[:FIRST]]
        wanted = [identities[one] for one in row["expected"]]
        recalls[row["query"]] = sum(one in first for one in wanted) / len(wanted)
    mean = sum(recalls.values()) / len(rows)
    assert mean >= WANTED, f"{mean:.2f}; missed: {[query for query, recall in recalls.items() if recall < 1]}"
