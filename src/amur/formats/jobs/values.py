"""The values of a job by key, checked as what each should be: true or false, a number, a choice, a file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from amur.formats.errors import ProblemList, shortened
from amur.formats.jobs.entries import Entry

TRUE = {"true", "t", "yes", "y", "1", "on"}
FALSE = {"false", "f", "no", "n", "0", "off", ""}
ABSENT = {"", "none", "not entered", "nothing"}
_TRUE_OR_FALSE = "True or False"


class Values:
    """Values by key, or else by default; what is wrong goes into the list of problems.

    Relative paths are looked for from the working folder, as both programs do, then from the folder of the
    job and each folder above it.
    """

    def __init__(
        self, entries: Mapping[str, Entry], defaults: Mapping[str, str], path: Path, problems: ProblemList
    ) -> None:
        self._entries = entries
        self._defaults = defaults
        self._problems = problems
        here = path.resolve().parent
        self.folders = [Path.cwd(), here, *here.parents]

    def row(self, key: str) -> int | None:
        """The line of a key."""
        entry = self._entries.get(key)
        return entry.row if entry else None

    def raw(self, key: str) -> str:
        """The value as written."""
        entry = self._entries.get(key)
        return entry.value if entry else self._defaults.get(key, "")

    def text(self, key: str) -> str:
        """The value, empty where it is a placeholder such as `None` or `(Browse for a file)`."""
        value = self.raw(key)
        placeholder = value.startswith("(") and value.lower()[1:].startswith(
            ("browse", "choose", "filename prefix")
        )
        return "" if value.lower() in ABSENT or placeholder else value

    def flag(self, key: str) -> bool:
        """True or false, in any spelling."""
        value = self.raw(key).lower()
        if value in TRUE:
            return True
        if value not in FALSE and value not in ABSENT:
            self.wrong(key, _TRUE_OR_FALSE)
        return False

    def choice(self, key: str, allowed: Iterable[str]) -> str:
        """One of the words that are allowed, in lower case; empty where it is wrong or not given."""
        value = self.raw(key).lower()
        if value and value not in allowed:
            self.wrong(key, "one of " + ", ".join(sorted({str(name) for name in allowed})))
            return ""
        return value

    def whole(self, key: str, least: int = 0) -> int | None:
        """A whole number of at least `least`, also written `3.0`."""
        value = self.real(key, f"a whole number of {least} or more", least)
        if value is not None and value != int(value):
            self.wrong(key, f"a whole number of {least} or more")
            return None
        return None if value is None else int(value)

    def real(self, key: str, wanted: str = "a number", least: float = -math.inf) -> float | None:
        """A number; only where the least is finite, infinity is not one."""
        text = self.text(key)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if math.isnan(value) or value < least or (math.isfinite(least) and math.isinf(value)):
            self.wrong(key, wanted)
            return None
        return value

    def path(self, key: str, *, needed: bool) -> Path | None:
        """A file that is there."""
        value = self.text(key)
        if not value:
            if needed:
                self.missing(key, f"“{key} = ” with the path of a file")
            return None
        if value.lower().endswith(".npy"):
            self._problems.error(
                "key-refused",
                row=self.row(key),
                key=key,
                value=shortened(value),
                why="NumPy files hold no place on the map",
                instead="Give an ASCII grid or a GeoTIFF.",
            )
            return None
        for written in dict.fromkeys((value, value.replace("\\", "/"))):
            for folder in self.folders:
                found = folder / Path(written).expanduser()
                if found.is_file():
                    return found
        searched = ", ".join(str(folder) for folder in dict.fromkeys(self.folders[:2]))
        if len(self.folders) > 2:
            searched += " and the folders above"
        self._problems.error(
            "input-missing", row=self.row(key), key=key, value=shortened(value, 200), searched=searched
        )
        return None

    def missing(self, key: str, wanted: str) -> None:
        """Note that a key is not set."""
        self._problems.error("key-missing", row=self.row(key), key=key, wanted=wanted)

    def wrong(self, key: str, wanted: str) -> None:
        """Note that a value is none of its key."""
        self._problems.error(
            "key-value", row=self.row(key), key=key, value=shortened(self.raw(key)), wanted=wanted
        )

    def without_effect(self, key: str, why: str) -> None:
        """Warn that a setting changes nothing here."""
        self._problems.warn("key-without-effect", row=self.row(key), key=key, why=why)
