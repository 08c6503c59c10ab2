"""Reading the demonstration content, which lies beside this module as JSON."""

import json
from functools import cache
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"


@cache
def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one content file, such as `areas`."""
    found: list[dict[str, Any]] = json.loads((CONTENT / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def pages() -> list[dict[str, Any]]:
    """All pages, each in its languages."""
    files = sorted((CONTENT / "pages").rglob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]
