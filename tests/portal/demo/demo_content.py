"""Reads the demo content for the tests beside it; needs no Django."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

Row = dict[str, Any]

ROOT = Path(__file__).parents[3]
CONTENT = ROOT / "src/amur/portal/demo/content"

ROWS = {
    "offices": 4,
    "designations": 18,
    "areas": 86,
    "units": 7,
    "species": 16,
    "facts": 103,
    "animals": 11,
    "events": 8,
    "media": 6,
}
URL = re.compile(r"(?:https?://|doi:)[^\s;()]+")


@cache
def rows(name: str) -> list[Row]:
    loaded: list[Row] = json.loads((CONTENT / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


@cache
def by_key(name: str) -> dict[str, Row]:
    return {row["key"]: row for row in rows(name)}


def values(node: Any) -> list[Any]:
    """Every dict, list and leaf below a node, the node included."""
    below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [node, *(found for child in below for found in values(child))]


def texts(node: Any) -> list[Row]:
    return [one for one in values(node) if isinstance(one, dict) and "texts" in one]


def without_citations(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: without_citations(one) for key, one in node.items() if key not in {"citation", "url"}}
    return [without_citations(one) for one in node] if isinstance(node, list) else node


def urls_in(node: Any) -> set[str]:
    """Addresses named anywhere below a node, a DOI as its https address."""
    found = {
        url.rstrip(".,").replace("doi:", "https://doi.org/")
        for leaf in values(node)
        if isinstance(leaf, str)
        for url in URL.findall(leaf)
    }
    return {url.rstrip("/") for url in found}
