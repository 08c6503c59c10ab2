"""Reads the `.ini` of Circuitscape 4 and 5: text to keys and values, keys and values to `Settings`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amur.formats.circuitscape.messages import WORDINGS, problem
from amur.formats.circuitscape.settings import CONFLICTS, DEFAULTS, KEYS, SCENARIOS, SOLVERS, Settings
from amur.formats.errors import FormatErrors, ProblemList, shortened

TRUE = {"true", "t", "yes", "y", "1", "on"}
FALSE = {"false", "f", "no", "n", "0", "off", ""}
_ABSENT = {"", "none", "not entered", "nothing"}
_TRUE_OR_FALSE = "True or False"


@dataclass(frozen=True, slots=True)
class Entry:
    """A value as written, and its line."""

    value: str
    row: int | None


def read_ini(path: Path, output: Path | None = None) -> Settings:
    """Read a job. `output` is a folder that replaces the one of `output_file`.

    Relative paths are looked for from the working folder, as Circuitscape does, then from the folder of the
    `.ini` and each folder above it. Raises `FormatErrors` with every problem of the file.
    """
    path = Path(path)
    problems = ProblemList(WORDINGS, path.name)
    entries = _entries(_text(path, problems), problems)
    return settings_of(entries, path, problems, output)


def settings_of(
    entries: Mapping[str, Entry], path: Path, problems: ProblemList, output: Path | None = None
) -> Settings:
    """Keys and values as `Settings`; adds to `problems` and raises them when one is an error."""
    _known(entries, problems)
    reader = _Values(entries, path, problems)
    scenario = SCENARIOS.get(reader.choice("scenario", [*SCENARIOS]).lower())
    network = reader.choice("data_type", ["raster", "network"]).lower() == "network"
    reader.choice("solver", SOLVERS)
    if scenario in ("one-to-all", "all-to-one") and network:
        problems.error(
            "key-refused",
            row=reader.row("scenario"),
            key="scenario",
            value=scenario,
            why="this mode is for rasters only",
            instead="Choose pairwise or advanced.",
        )
    fields: dict[str, Any] = {"network": network, "scenario": scenario, "file": path}
    for name, key in KEYS.items():
        if key.kind == "flag":
            value = reader.flag(name)
            if key.field:
                fields[key.field] = value
            if value and key.why:
                problems.warn("key-without-effect", row=reader.row(name), key=name, why=key.why)
    conflict = reader.choice("remove_src_or_gnd", [*CONFLICTS]).lower()
    fields["conflict"] = CONFLICTS.get(conflict, "keepall")
    if reader.choice("precision", ["double", "single", "none"]).lower() == "single":
        why = KEYS["precision"].why
        problems.warn("key-without-effect", row=reader.row("precision"), key="precision", why=why)
    for name in ("log_file", "profiler_log_file"):
        if reader.text(name):
            problems.warn("key-without-effect", row=reader.row(name), key=name, why=KEYS[name].why)
    for name in ("cholmod_batch_size", "max_parallel"):
        reader.number(name)
    _add_files(fields, reader, problems)
    _add_output(fields, reader, output)
    problems.raise_if_errors()
    return Settings(**fields, notes=tuple(problems.listed))


def _text(path: Path, problems: ProblemList) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise FormatErrors([problem("job-missing", path.name, path=path)], 1) from error
    except OSError as error:
        raise FormatErrors([problem("job-unreadable", path.name, reason=shortened(error))], 1) from error
    if b"\0" in content[:4096]:
        raise FormatErrors([problem("job-unreadable", path.name, reason="it is not text")], 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.warn("job-encoding")
        return content.decode("cp1251", "replace")


def _entries(text: str, problems: ProblemList) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for row, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line[0] in "#;" or (line[0] == "[" and line[-1] == "]"):
            continue
        places = [place for place in (line.find("="), line.find(":")) if place > 0]
        if not places:
            problems.error("job-line", row=row, line=shortened(line))
            continue
        key = line[: min(places)].strip().lower()
        value = line[min(places) + 1 :].strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if key in entries and entries[key].value.lower() != value.lower():
            problems.warn("key-twice", row=row, column=key, key=key, value=shortened(value))
        entries[key] = Entry(value, row)
    return entries


def _known(entries: Mapping[str, Entry], problems: ProblemList) -> None:
    for key, entry in entries.items():
        if key in KEYS:
            continue
        nearest = difflib.get_close_matches(key, KEYS, 1, 0.5)
        code = "key-unknown" if nearest else "key-unknown-alone"
        problems.error(code, row=entry.row, key=shortened(key), nearest=nearest[0] if nearest else "")


class _Values:
    """Values by key, checked; what is wrong goes into the list of problems."""

    def __init__(self, entries: Mapping[str, Entry], path: Path, problems: ProblemList) -> None:
        self._entries = entries
        self._problems = problems
        here = path.resolve().parent
        self.folders = [Path.cwd(), here, *here.parents]

    def row(self, key: str) -> int | None:
        entry = self._entries.get(key)
        return entry.row if entry else None

    def raw(self, key: str) -> str:
        entry = self._entries.get(key)
        return entry.value if entry else DEFAULTS.get(key, "")

    def text(self, key: str) -> str:
        """The value, empty where it is a placeholder such as `None` or `(Browse for a file)`."""
        value = self.raw(key)
        placeholder = value.startswith("(") and value.lower()[1:].startswith(("browse", "choose"))
        return "" if value.lower() in _ABSENT or placeholder else value

    def flag(self, key: str) -> bool:
        value = self.raw(key).lower()
        if value in TRUE:
            return True
        if value not in FALSE and value not in _ABSENT:
            self._wrong(key, _TRUE_OR_FALSE)
        return False

    def choice(self, key: str, allowed: Any) -> str:
        value = self.raw(key)
        if key == "scenario" and not self.text(key):
            wanted = f"scenario = {', '.join(sorted(set(SCENARIOS.values())))}"
            self._problems.error("key-missing", row=self.row(key), key=key, wanted=wanted)
        elif value and value.lower() not in allowed:
            self._wrong(key, "one of " + ", ".join(sorted({str(name) for name in allowed})))
        return value

    def number(self, key: str) -> None:
        value = self.text(key)
        if value and not (value.isascii() and value.isdigit()):
            self._wrong(key, "a whole number")

    def path(self, key: str, *, needed: bool) -> Path | None:
        value = self.text(key)
        if not value:
            if needed:
                wanted = f"“{key} = ” with the path of a file"
                self._problems.error("key-missing", row=self.row(key), key=key, wanted=wanted)
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

    def _wrong(self, key: str, wanted: str) -> None:
        self._problems.error(
            "key-value", row=self.row(key), key=key, value=shortened(self.raw(key)), wanted=wanted
        )


def _add_files(fields: dict[str, Any], reader: _Values, problems: ProblemList) -> None:
    scenario = fields["scenario"]
    advanced = scenario == "advanced"
    fields["habitat"] = reader.path("habitat_file", needed=True)
    if scenario is None:
        return
    if advanced:
        fields["sources"] = reader.path("source_file", needed=True)
        fields["grounds"] = reader.path("ground_file", needed=True)
    else:
        fields["points"] = reader.path("point_file", needed=True)
    for name, key in KEYS.items():
        if not key.switch or not reader.flag(key.switch):
            continue
        if (advanced and name in ("included_pairs_file", "variable_source_file")) or (
            fields["network"] and name in ("polygon_file", "mask_file", "variable_source_file")
        ):
            problems.warn("key-out-of-place", row=reader.row(key.switch), key=key.switch, scenario=scenario)
            continue
        fields[key.field] = reader.path(name, needed=True)
    if scenario == "pairwise" and fields.pop("strengths", None) is not None:
        # Circuitscape reads the file in this mode and never looks at it.
        switch = "use_variable_source_strengths"
        problems.warn("key-out-of-place", row=reader.row(switch), key=switch, scenario=scenario)


def _add_output(fields: dict[str, Any], reader: _Values, output: Path | None) -> None:
    value = reader.text("output_file").replace("\\", "/") or f"{fields['file'].stem}.out"
    base = Path(value).expanduser()
    if base.name.endswith(".out") and base.name != ".out":
        base = base.with_name(base.name.removesuffix(".out"))
    fields["output"] = output / base.name if output is not None else base
