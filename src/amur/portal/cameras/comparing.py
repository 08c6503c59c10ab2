"""What a package that comes again would change: which rows are new, changed, gone, or kept as they are here.

A statement that people have answered here since stays theirs. Gone are statements of the package's own
deployments only: other packages of the same project are left alone. Called by `taking`; changes nothing.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from django.db.models import Max, QuerySet
from numpy.typing import NDArray

from amur.formats.camtrapdp import Package, Table
from amur.portal.cameras import exporting
from amur.portal.cameras.linking import Whole, rows_in
from amur.portal.cameras.models import Act, CameraProject, Deployment, Media, Observation
from amur.portal.cameras.storing import known_of

IMPORTED: Final = (Act.Kind.IMPORT, Act.Kind.UNDO)
KEYS: Final = {"deployments": "deploymentID", "media": "mediaID", "observations": "observationID"}


@dataclass(frozen=True, slots=True)
class Change:
    """What a table would change: rows of it that are new or changed, and keys of ours that are gone.

    `ours` are the primary keys of the rows that change, beside `changed`; `kept` counts what stays ours.
    """

    new: Whole
    changed: Whole
    ours: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    kept: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """As numbers."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "gone": len(self.gone),
            "kept": self.kept,
        }


Changes = dict[str, Change]


def compare(project: CameraProject | None, package: Package) -> Changes:
    """The changes that a package makes to a project; everything is new for a project that is not there."""
    if project is None or not project.deployments.exists():
        empty = np.zeros(0, dtype=np.int64)
        return {name: Change(np.arange(table.count), empty) for name, table in package.tables.items()}
    return {
        "deployments": _of_rows(project, package.deployments),
        "media": _of_media(project, package.media),
        "observations": _of_observations(project, package),
    }


def is_empty(changes: Changes) -> bool:
    """Whether nothing would change."""
    return not any(len(one.new) or len(one.changed) or one.gone for one in changes.values())


def _of_rows(project: CameraProject, table: Table) -> Change:
    stored = exporting.table_of(project, "deployments", exporting.deployment_parts(project))
    keys = _keys(Deployment.objects.filter(project=project))
    row, differs = _differing(table, stored)
    changed = np.flatnonzero((row >= 0) & differs)
    return Change(np.flatnonzero(row < 0), changed, keys[row[changed]].tolist())


def _of_media(project: CameraProject, table: Table) -> Change:
    stored = exporting.table_of(project, "media", exporting.media_parts(project))
    keys = _keys(Media.objects.filter(project=project))
    row, differs = _differing(table, stored, besides=("timestamp",))
    told = table.instants("timestamp").astype(np.int64)
    times = (row >= 0) & (told != np.append(stored.instants("timestamp").astype(np.int64), 0)[row])
    if times.any():  # a clock that was put right here is no change of the package
        recorded = dict(
            Media.objects.filter(project=project, recorded__isnull=False).values_list("pk", "recorded")
        )
        for place in np.flatnonzero(times).tolist():
            before = recorded.get(int(keys[row[place]]))
            times[place] = before is None or int(before.timestamp()) != told[place]
    changed = np.flatnonzero((row >= 0) & (differs | times))
    return Change(np.flatnonzero(row < 0), changed, keys[row[changed]].tolist())


def _of_observations(project: CameraProject, package: Package) -> Change:
    every = Observation.objects.filter(project=project)
    imported = every.filter(made__kind__in=IMPORTED)
    latest = imported.order_by().values("code").annotate(last=Max("pk")).values("last")
    rows = every.filter(pk__in=latest).order_by("pk")
    stored = exporting.table_of(project, "observations", exporting.observation_parts(project, rows))
    about = list(rows.values_list("pk", "ended", "ended__kind"))
    keys = np.array([one[0] for one in about], dtype=np.int64)
    stands = np.array([one[1] is None for one in about], dtype=bool)
    taken_back = np.array([one[2] in IMPORTED for one in about], dtype=bool)
    elsewhere = set(every.filter(ended=None).exclude(made__kind__in=IMPORTED).values_list("code", flat=True))
    table = package.observations
    row, differs = _differing(table, stored)
    there = row >= 0
    codes = np.array(table.cells("observationID"), dtype=object)
    own = np.array([code in elsewhere for code in codes.tolist()], dtype=bool)
    new = (~there | (there & _at(taken_back, row))) & ~own
    changed = there & _at(stands, row) & differs
    kept = (there & ~_at(stands, row) & ~_at(taken_back, row) & differs) | (~there & own)
    cameras = set(package.deployments.cells("deploymentID"))
    found = np.zeros(stored.count, dtype=bool)
    found[row[there]] = True
    inside = np.array([one in cameras for one in stored.cells("deploymentID")], dtype=bool)
    gone = stands & ~found & inside if stored.count else stands
    return Change(
        np.flatnonzero(new),
        np.flatnonzero(changed),
        keys[row[changed]].tolist(),
        keys[gone].tolist(),
        int(kept.sum()),
    )


def _at(flags: NDArray[np.bool_], row: Whole) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.append(flags, False)[row]
    return found


def _keys(rows: "QuerySet[Any]") -> Whole:
    return np.array(list(rows.order_by("pk").values_list("pk", flat=True)), dtype=np.int64)


def _differing(table: Table, stored: Table, besides: tuple[str, ...] = ()) -> tuple[Whole, NDArray[np.bool_]]:
    """The stored row (n,) of each row, -1 for none, and whether any of its cells differs."""
    key = KEYS[table.name]
    row = rows_in(table, key, stored, key)
    differs = np.zeros(table.count, dtype=bool)
    for name in dict.fromkeys([*table.names, *stored.names]):
        if name not in besides:
            differs |= _texts(table, name) != np.append(_texts(stored, name), "")[row]
    return row, differs


def _texts(table: Table, name: str) -> NDArray[np.object_]:
    if name not in table.columns:
        return np.full(table.count, "", dtype=object)
    codes, texts, _missing = known_of(table, name)
    found: NDArray[np.object_] = np.array([*texts.to_pylist(), ""], dtype=object)[codes]
    return found
