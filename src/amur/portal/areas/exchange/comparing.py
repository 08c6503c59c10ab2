"""What a row would change in an area: field -> (old, new). Called by `planning`.

Values are compared as the register would export them, so that a file that was exported and not touched
changes nothing.
"""

import math
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from amur.formats.errors import ProblemList
from amur.portal.areas.exchange.register import Known, Register
from amur.portal.areas.exchange.rows import (
    STATUSES,
    SUFFIXES,
    iso3_codes,
    sources_text,
    status_cell,
    usual_site_type,
)
from amur.portal.areas.exchange.stating import SURFACES, Statement
from amur.portal.areas.models import GeometryAccuracy
from amur.portal.languages.dates import year_of

Changes = dict[str, tuple[Any, Any]]

SAME_PLACE_DEG = 1e-9


def differences(
    statement: Statement, known: Known | None, register: Register, problems: ProblemList
) -> Changes:
    """Everything that the row states and the register does not have so. `known` is None for a new area."""
    now = current(known)
    changes: Changes = {}
    for language, text in statement.names.items():
        _note(changes, f"name_{SUFFIXES[language]}", now.get(f"name_{SUFFIXES[language]}"), text)
    for name, value in statement.values.items():
        if name != "geometry_accuracy":
            _note(changes, name, now.get(name), value)
    _drop_what_follows(changes, statement, now)
    _designation(changes, statement, now, register, problems)
    _parent(changes, statement, now, register, problems)
    _geometry(changes, statement, known, now, problems)
    return changes


def current(known: Known | None) -> dict[str, Any]:
    """The area's values under the names that statements have."""
    if known is None:
        return {}
    state = known.state
    values = {name: state.value(name) for name in state.fields}
    values["area_sources"] = values.get("area_sources") or []
    kept = {f"kept:{name}": value for name, value in state.kept.items()}
    defaults = {
        "kept:site_type": usual_site_type(values.get("kind")),
        "kept:prnt_iso3": ";".join(iso3_codes(values.get("countries") or ())),
    }
    names = {f"name_{suffix}": _plain(state.names.texts, code) for code, suffix in SUFFIXES.items()}
    extra = {f"extra:{name}": text for name, text in known.extra.items()}
    return {**values, **defaults, **kept, "kept:status": status_cell(state), **names, **extra}


def _plain(texts: Any, language: str) -> str | None:
    return texts[language].text if language in texts else None


def _note(changes: Changes, name: str, old: Any, new: Any) -> None:
    if not _same(name, old, new):
        if name in ("sources", "area_sources"):
            old, new = sources_text(old or ()), sources_text(new)
        changes[name] = (old, new)


def _same(name: str, old: Any, new: Any) -> bool:
    if name in ("sources", "area_sources"):
        return " ".join(sources_text(old or ()).split()) == sources_text(new)
    if isinstance(old, float | int) and isinstance(new, float | int):
        return math.isclose(old, new, rel_tol=1e-9)
    if isinstance(old, str) and isinstance(new, str):
        if name == "established" and len(new) < len(old) and year_of(old) == year_of(new):
            return True
        return " ".join(old.split()) == " ".join(new.split())
    return bool(old == new)


def _drop_what_follows(changes: Changes, statement: Statement, now: dict[str, Any]) -> None:
    """Leave out columns of the schema that say only again what another change says."""
    values = statement.values
    status = str(values.get("status") or now.get("status"))
    if values.get("kept:status") == STATUSES.get(status):
        changes.pop("kept:status", None)
    if values.get("kept:prnt_iso3") == ";".join(iso3_codes(values.get("countries") or ())):
        changes.pop("kept:prnt_iso3", None)
    if not now and values.get("kept:site_type") == usual_site_type(values.get("kind")):
        changes.pop("kept:site_type", None)


def _designation(
    changes: Changes, statement: Statement, now: dict[str, Any], register: Register, problems: ProblemList
) -> None:
    if not statement.designation:
        return
    countries = statement.values.get("countries") or now.get("countries") or ()
    found = register.designation(statement.designation, countries)
    if found is not None:
        _note(changes, "designation_key", now.get("designation_key"), found.key)
    elif now.get("designation_key"):
        problems.warn(
            "designation-unknown", row=statement.number, column="desig", value=statement.designation[0]
        )
    else:
        for name in ("desig_eng", "desig"):
            text = statement.desig_texts.get(name)
            if text:
                _note(changes, f"kept:{name}", now.get(f"kept:{name}"), text)


def _parent(
    changes: Changes, statement: Statement, now: dict[str, Any], register: Register, problems: ProblemList
) -> None:
    if statement.parent is None or statement.parent == now.get("parent"):
        return
    if not register.may_have_buffer(statement.parent) or statement.parent == statement.key:
        problems.error(
            "parent-unknown", row=statement.number, column="buffer_of", value=statement.parent[:120]
        )
        return
    changes["parent"] = (now.get("parent"), statement.parent)


def _geometry(
    changes: Changes, statement: Statement, known: Known | None, now: dict[str, Any], problems: ProblemList
) -> None:
    old = known.state.geometry if known else None
    accuracy = now.get("geometry_accuracy")
    stated = statement.values.get("geometry_accuracy")
    if statement.coarse:
        if known is None or not _same_place(old, statement.geometry):
            problems.warn("place-coarse", row=statement.number, column="uncertainty_m")
        return
    if _same_place(old, statement.geometry):
        if stated is not None:
            _note(changes, "geometry_accuracy", accuracy, stated)
        return
    if old is not None and old.geom_type in SURFACES and not statement.is_surface:
        problems.warn("boundary-kept", row=statement.number, column="geometry")
        return
    changes["geometry"] = (old, statement.geometry)
    usual = GeometryAccuracy.BOUNDARY if statement.is_surface else GeometryAccuracy.AS_GIVEN
    _note(changes, "geometry_accuracy", accuracy, stated or usual.value)


def _same_place(old: BaseGeometry | None, new: BaseGeometry) -> bool:
    if old is None or old.geom_type.removeprefix("Multi") != new.geom_type.removeprefix("Multi"):
        return False
    if shapely.get_num_geometries(old) == 1 == shapely.get_num_geometries(new):
        (old,), (new,) = shapely.get_parts(old), shapely.get_parts(new)
    return bool(shapely.normalize(old).equals_exact(shapely.normalize(new), SAME_PLACE_DEG))
