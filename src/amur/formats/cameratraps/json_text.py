"""Reads JSON whose shape is not to be trusted: every wrong value is noted with its path."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amur.formats.errors import ProblemList, shortened

_WORDS = {dict: "an object", list: "a list", str: "a text", int: "a number", float: "a number"}


def read_json(path: Path, mine: ProblemList) -> dict[str, Any]:
    """The object of a file, {} where it holds none, which is noted."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        mine.error("file-missing", path=shortened(path))
        return {}
    except (OSError, ValueError, RecursionError) as error:
        mine.error("package-json", row=getattr(error, "lineno", None), reason=shortened(error, 120))
        return {}
    if not isinstance(content, dict):
        mine.error("package-object")
        return {}
    return content


class Reader:
    """Takes values out of JSON and notes those that are not there or of a wrong kind."""

    def __init__(self, mine: ProblemList) -> None:
        self._mine = mine

    def get(
        self,
        found: Mapping[str, Any],
        name: str,
        kind: type | tuple[type, ...],
        default: Any,
        where: str = "",
    ) -> Any:
        """The value of a name, `default` where it is wrong, which is noted."""
        kinds = kind if isinstance(kind, tuple) else (kind,)
        wanted = _WORDS[kinds[0]]
        if name not in found:
            about = where + name
            self._mine.error("package-property", column=about, name=about, wanted=wanted)
            return default
        if not isinstance(found[name], kinds) or isinstance(found[name], bool):
            self.wrong(where + name, found[name], wanted)
            return default
        return found[name]

    def share(self, found: Mapping[str, Any], name: str, where: str) -> float | None:
        """A number from 0 to 1; None where it is none, which is noted."""
        value = self.get(found, name, (float, int), None, where)
        if value is None:
            return None
        if not 0 <= value <= 1:
            self.wrong(where + name, value, "a number from 0 to 1")
            return None
        return float(value)

    def wrong(self, name: str, value: object, wanted: str) -> None:
        """Note a value."""
        self._mine.error("package-value", column=name, name=name, value=shortened(value), wanted=wanted)
