"""Which models are released, and how each becomes a record for the gate.

A subject hands its adapter to `actions.follow` when its app is ready.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Model

from amur.disclosure import Record


@dataclass(frozen=True, slots=True)
class Draft:
    """A row before the gate: the record itself, and what addresses and orders it once released.

    The name is the record's field `name`. `key`, `subject` and `sort` are released as they are, so they may
    hold nothing that the gate would keep back.
    """

    record: Record
    key: str
    subject: str = ""
    sort: str = ""
    slugs: Mapping[str, str] = field(default_factory=dict)
    geometry: GEOSGeometry | None = None


@dataclass(frozen=True, slots=True)
class Adapter:
    """How rows of a model become drafts.

    `dependents` maps related models to the rows to release anew when one of them changes.
    """

    kind: str
    model: type[Model]
    draft: Callable[[Any], Draft]
    rows: Callable[[], Iterable[Any]]
    dependents: Mapping[type[Model], Callable[[Any], Iterable[Any]]] = field(default_factory=dict)


_adapters: dict[type[Model], Adapter] = {}


def register(adapter: Adapter) -> None:
    """Release this model's rows from now on. Raises ValueError when its kind is taken."""
    if any(one.kind == adapter.kind and one.model is not adapter.model for one in _adapters.values()):
        raise ValueError(f"kind {adapter.kind!r} is registered twice")
    _adapters[adapter.model] = adapter


def adapters() -> Iterable[Adapter]:
    """All registered adapters, in the order of registration."""
    return tuple(_adapters.values())


def adapter_of(model: type[Model]) -> Adapter | None:
    """The adapter of a model, None when it is never released."""
    return _adapters.get(model)


def citations(sources: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """Sources with their texts only, as they are shown."""
    return [
        {key: str(one[key]) for key in ("citation", "url", "page") if one.get(key)} for one in sources or ()
    ]
