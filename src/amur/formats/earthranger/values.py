"""Takes records and their values out of JSON of EarthRanger; what is wrong is noted."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from amur.formats.earthranger.messages import WORDINGS
from amur.formats.errors import FormatErrors, ProblemList, shortened

Record = Mapping[str, Any]


def records_of(source: Path | bytes, wanted: str) -> tuple[list[Record], ProblemList]:
    """The records of a file: a list, or the `results` (or `data`) of an answer. Raises `FormatErrors`."""
    problems = ProblemList(WORDINGS, source.name if isinstance(source, Path) else "-")
    try:
        content = json.loads(
            (source.read_bytes() if isinstance(source, Path) else source).decode("utf-8-sig")
        )
    except FileNotFoundError:
        problems.error("file-missing", path=shortened(source))
        raise _errors(problems) from None
    except (OSError, ValueError, RecursionError) as error:
        problems.error("json-broken", row=getattr(error, "lineno", None), reason=shortened(error, 120))
        raise _errors(problems) from error
    while isinstance(content, dict) and ("results" in content or "data" in content):
        content = content.get("results", content.get("data"))
    if not isinstance(content, list):
        problems.error("json-list", wanted=wanted)
        raise _errors(problems)
    for row, record in enumerate(content, start=1):
        if not isinstance(record, dict):
            problems.error("record-object", row=row)
    problems.raise_if_errors()
    return content, problems


class Values:
    """The values of one record."""

    def __init__(self, row: int, problems: ProblemList) -> None:
        self._row = row
        self._problems = problems

    def text(self, found: Record, name: str, *, needed: bool = False) -> str | None:
        """A text, or a number as text; None where there is none."""
        value = found.get(name)
        if value is None or value == "":
            if needed:
                self._problems.error("value-missing", row=self._row, column=name, name=name)
            return None
        if isinstance(value, (dict, list, bool)):
            self.wrong(name, value, "a text")
            return None
        return str(value)

    def moment(self, found: Record, name: str) -> datetime | None:
        """An instant in UTC; None where there is none."""
        text = self.text(found, name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.wrong(name, text, "a time with an offset, such as 2026-03-01T08:30:00Z")
            return None
        return moment.astimezone(UTC)

    def place(self, found: Record, name: str) -> tuple[float, float] | None:
        """Longitude and latitude of a record or of a point of GeoJSON; None where there is none."""
        value = found.get(name)
        if value is None:
            return None
        if isinstance(value, dict) and isinstance(value.get("geometry"), dict):
            value = value["geometry"]
        pair: list[Any] = []
        if isinstance(value, dict):
            given = value.get("coordinates")
            pair = (
                list(given[:2])
                if isinstance(given, list)
                else [value.get("longitude"), value.get("latitude")]
            )
        if pair == [None, None]:
            return None
        numbers = [
            float(each) for each in pair if isinstance(each, (int, float)) and not isinstance(each, bool)
        ]
        right = len(numbers) == 2 and all(math.isfinite(each) for each in numbers)
        if not right or abs(numbers[0]) > 180 or abs(numbers[1]) > 90:
            self.wrong(name, value, "a longitude and a latitude in degrees")
            return None
        return numbers[0], numbers[1]

    def records(self, found: Record, name: str) -> Iterator[Record]:
        """The records of a list inside; none where there is no list."""
        value = found.get(name)
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.wrong(name, value, "a list of records")
            return
        yield from value

    def wrong(self, name: str, value: object, wanted: str) -> None:
        """Note a value."""
        self._problems.error(
            "value-wrong", row=self._row, column=name, name=name, value=shortened(value), wanted=wanted
        )


def _errors(problems: ProblemList) -> FormatErrors:
    return FormatErrors(problems.listed, problems.error_count, problems.warning_count)
