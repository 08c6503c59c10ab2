"""How rows of a package belong together: media to deployments, observations to media, all to sequences.

Array work on whole tables, no database. Called by `packages`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from amur.formats.camtrapdp import Table
from amur.portal.cameras.models import Event, Observation
from amur.portal.cameras.storing import Ready, known_of

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sequences:
    """The sequences of a package: code, row of the deployment, start and end in seconds, state.

    `of_observation` and `of_media` say which one a row belongs to, -1 for none; `odd` keeps identifiers that
    differ from the code.
    """

    codes: list[str]
    deployments: Whole
    starts: Whole
    ends: Whole
    states: list[str]
    of_observation: Whole
    of_media: Whole
    odd: Ready


def rows_in(table: Table, name: str, other: Table, reference: str) -> Whole:
    """The row of another table (n,) that the cells of a column name, -1 where they name none."""
    if name not in table.columns:
        return np.full(table.count, -1)
    codes, texts, missing = known_of(table, name)
    column = other.columns[reference]
    row_of = np.full(len(column.dictionary) + 1, -1, dtype=np.int64)
    row_of[column.indices.to_numpy(zero_copy_only=False)] = np.arange(other.count)
    place = pc.index_in(texts, column.dictionary).fill_null(-1).to_numpy(zero_copy_only=False)
    found: Whole = np.where(missing, -1, row_of[place])[codes]
    return found


def taken(keys: Mapping[int, int] | Whole, rows: Whole) -> NDArray[np.object_]:
    """The keys (n,) of rows, None for the row -1."""
    found = np.empty(len(rows), dtype=object)
    known = rows >= 0
    found[known] = np.asarray(keys)[rows[known]]
    return found


def sequences_of(
    deployments: Table, media: Table, observations: Table, accepted: NDArray[np.bool_]
) -> Sequences:
    """The sequences that observations name, and one for each observation of a sequence without a name.

    `accepted` says which observations (n,) are more than suggestions. Identifiers are told apart by
    deployment, as the standard lets two deployments use the same one.
    """
    count = observations.count
    camera = rows_in(observations, "deploymentID", deployments, "deploymentID")
    named, names = observations.codes("eventID")
    level, levels = observations.codes("observationLevel")
    whole = np.array([*(one == "event" for one in levels), False])[level]
    alone = (named < 0) & whole
    key = named * (deployments.count + 1) + camera
    key = np.where(alone, -2 - np.arange(count), np.where(named < 0, -1, key))
    distinct, first, of = np.unique(key, return_index=True, return_inverse=True)
    wanted = distinct != -1
    number = np.where(wanted, np.cumsum(wanted) - 1, -1)
    of, first = number[of], first[wanted]
    starts, ends = _spans(observations, of, len(first))
    codes = _codes(observations, deployments, first, named, names, camera)
    own = observations.columns["eventID"].to_pylist() if "eventID" in observations.columns else None
    texts = np.array([*codes, None], dtype=object)[of]
    said = np.array(own, dtype=object) if own is not None else np.full(count, "", dtype=object)
    odd = said.copy()
    odd[(texts == said) | ((of < 0) & (said == ""))] = None
    type_of, types = observations.codes("observationType")
    return Sequences(
        codes,
        camera[first],
        starts,
        ends,
        _states(of, len(first), accepted, type_of, types),
        of,
        _of_media(media, observations, of, camera[first], starts, ends, deployments),
        Ready("eventID", np.arange(count), odd, odd),
    )


def _spans(observations: Table, of: Whole, count: int) -> tuple[Whole, Whole]:
    inside = of >= 0
    starts = np.full(count, np.iinfo(np.int64).max)
    ends = np.full(count, np.iinfo(np.int64).min)
    np.minimum.at(starts, of[inside], observations.instants("eventStart").astype(np.int64)[inside])
    np.maximum.at(ends, of[inside], observations.instants("eventEnd").astype(np.int64)[inside])
    return starts, ends


def _codes(
    observations: Table, deployments: Table, first: Whole, named: Whole, names: Any, camera: Whole
) -> list[str]:
    """A code for each sequence, unique in the package: its identifier, else with that of the deployment.

    At most 120 characters, as identifiers of packages have, too.
    """
    own, cameras = observations.cells("observationID"), deployments.cells("deploymentID")
    used: set[str] = set()
    codes = []
    for row in first.tolist():
        code = names[named[row]] if named[row] >= 0 else own[row]
        if code in used:
            code = f"{code[:50]} {cameras[camera[row]][:50]}"
        number, base = 1, code[:105]
        while code in used:
            number += 1
            code = f"{base} {number}"
        used.add(code)
        codes.append(code)
    return codes


def _states(
    of: Whole, count: int, accepted: NDArray[np.bool_], type_of: Whole, types: tuple[str, ...]
) -> list[str]:
    """The states by the same rule as `acts.state_of`, for all at once."""
    told = accepted & (of >= 0) & (np.array([*types, ""])[type_of] != Observation.Type.UNCLASSIFIED.value)
    unsure = told & (np.array([*types, ""])[type_of] == Observation.Type.UNKNOWN.value)
    reviewed = np.bincount(of[told], minlength=count) > 0
    uncertain = np.bincount(of[unsure], minlength=count) > 0
    words = np.where(uncertain, Event.State.UNCERTAIN.value, Event.State.REVIEWED.value)
    found: list[str] = np.where(reviewed, words, Event.State.UNREVIEWED.value).tolist()
    return found


def _of_media(
    media: Table,
    observations: Table,
    of: Whole,
    cameras: Whole,
    starts: Whole,
    ends: Whole,
    deployments: Table,
) -> Whole:
    """The sequence of each picture: that of an observation of it, else one in whose time it was taken."""
    found = np.full(media.count, -1)
    seen = rows_in(observations, "mediaID", media, "mediaID")
    told = (seen >= 0) & (of >= 0)
    found[seen[told][::-1]] = of[told][::-1]
    if not len(starts):
        return found
    camera = rows_in(media, "deploymentID", deployments, "deploymentID")
    when = media.instants("timestamp").astype(np.int64)
    order = np.lexsort((starts, cameras))
    base = int(min(starts.min(), when.min())) if media.count else 0
    width = int(max(starts.max(), when.max())) - base + 1 if media.count else 1
    place = np.searchsorted(
        cameras[order] * width + (starts[order] - base), camera * width + (when - base), "right"
    )
    last = order[np.maximum(place - 1, 0)]
    inside = (place > 0) & (cameras[last] == camera) & (ends[last] >= when) & (found < 0)
    found[inside] = last[inside]
    return found
