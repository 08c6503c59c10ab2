"""The gallery of an office and a species: built of all described flanks, searched visit by visit.

What a search finds is stored as `Search.candidates`: animals (or visits without a name) in order, with the
places of agreement of their best pictures. Called by the runs in `work`.
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from amur.formats import galleries as stored
from amur.portal.identity import cutting, files, keeping, learning
from amur.portal.identity.models import Encounter, Flank, GalleryState, Search
from amur.portal.offices.models import Office
from amur.portal.runs.models import Run
from amur.science.stripes import (
    Candidate,
    Embeddings,
    Entry,
    Features,
    Gallery,
    UnusablePicture,
    may_be_compared,
    side_of,
    turned_views,
)

Progress = Callable[[float, str], None]
STORED: Final = 20
"""So many candidates of a search are kept."""
PICTURES: Final = 3
"""Of each candidate, the pictures with the strongest agreement whose places are kept."""
PLACES: Final = 60
"""Of each picture, so many places of agreement are kept, the strongest ones."""
NEAR: Final = 10
"""So many pictures that are near by the vectors of a network join the candidates."""


def state_of(office: Office, species: str) -> GalleryState:
    """What is known of a gallery; made when there is nothing yet."""
    return GalleryState.objects.get_or_create(office=office, species=species)[0]


def features_of(flank: Flank) -> Features:
    """The stored features of a flank, on the side that it is on now. Raises files.Gone."""
    try:
        found = Features.from_bytes(files.read("features", flank.features))
    except ValueError as error:
        raise files.Gone(flank.features) from error
    return dataclasses.replace(found, side=side_of(flank.side))


def flanks_in(office: Office, species: str) -> list[Flank]:
    """All flanks of a gallery that have features, in a fixed order."""
    rows = Flank.objects.filter(
        encounter__project__office=office,
        encounter__species=species,
        encounter__gone=None,
        ended=None,
        points__gt=0,
    ).exclude(features="")
    return list(rows.select_related("media", "encounter__deployment", "encounter__animal").order_by("pk"))


@dataclasses.dataclass(slots=True)
class Opened:
    """A gallery in memory: `flanks` by the UUID under which the gallery knows them, `lost` without a file."""

    gallery: Gallery
    flanks: dict[str, Flank]
    lost: list[Flank]


def opened(office: Office, species: str, place: Path, progress: Progress) -> Opened:
    """The gallery kept in `place`, brought up to its rows and kept again.

    Flanks whose file is missing are given back as lost. Cancelled by an exception from `progress`; then the
    folder is as it was.
    """
    wanted = {str(flank.uuid): flank for flank in flanks_in(office, species)}
    found = Opened(keeping.kept(place), wanted, [])
    gallery = found.gallery
    stale = keeping.outdated(gallery, {name: _entry(flank) for name, flank in wanted.items()})
    for name in stale:
        gallery.remove(name)
    there = {entry.picture: entry for entry in gallery.entries}
    missing = [name for name in wanted if name not in there]
    for number, name in enumerate(missing):
        progress(number / len(missing), "open")
        entry = _entry(wanted[name])
        try:
            features = features_of(wanted[name])
        except files.Gone:
            found.lost.append(found.flanks.pop(name))
            continue
        gallery.add(
            features,
            picture=name,
            encounter=entry.encounter,
            animal=entry.animal,
            station=entry.station,
        )
    renamed = [name for name, entry in there.items() if entry.animal != _entry(wanted[name]).animal]
    for name in renamed:
        gallery.rename(name, _entry(wanted[name]).animal)
    if stale or missing or renamed:
        found.gallery = stored.save(gallery, place)
    return found


def _entry(flank: Flank) -> Entry:
    """How the gallery lists a flank."""
    encounter = flank.encounter
    return Entry(
        str(flank.uuid),
        str(encounter.uuid),
        str(encounter.animal_id) if encounter.animal_id else None,
        str(encounter.deployment.station_id),
        side_of(flank.side),
        flank.quality or 0.0,
        flank.points or 0,
    )


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """The vectors of a network: `rows` by the UUID of a flank, and the `table` that finds near ones."""

    table: Embeddings
    rows: Mapping[str, Any]


def vectors_of(state: GalleryState) -> Vectors | None:
    """The table of vectors of a gallery by flank, None without one. Raises files.Gone."""
    if not state.vectors:
        return None
    with np.load(io.BytesIO(files.read("vectors", state.vectors)), allow_pickle=False) as table:
        names, rows = table["pictures"].tolist(), table["vectors"]
    found = Embeddings(state.network, rows.shape[1])
    for name, row in zip(names, rows, strict=True):
        found.put(name, row)
    return Vectors(found, dict(zip(names, rows, strict=True)))


def search(
    encounter: Encounter,
    there: Opened,
    chances: learning.Chances,
    vectors: Vectors | None,
    run: Run | None = None,
) -> Search:
    """Look for an encounter's animal among all others of the gallery, and store what was found."""
    mine = [one for one in there.flanks.values() if one.encounter_id == encounter.pk]
    ranking = there.gallery.search(
        [there.gallery.features(str(one.uuid)) for one in mine],
        encounter=str(encounter.uuid),
        station=str(encounter.deployment.station_id),
        turned=lambda number: _turned(mine[number]),
    )
    near = _near(mine, there, vectors)
    candidates = [_stored(one, mine, chances) for one in ranking.candidates[:STORED]]
    candidates = _with_vectors(candidates, near, chances)
    found, _made = Search.objects.update_or_create(
        encounter=encounter,
        defaults={
            "run": run,
            "compared": ranking.compared,
            "new": chances.local.probability_new(ranking),
            "calibrated": chances.local.is_calibrated,
            "candidates": candidates,
        },
    )
    return found


def _turned(flank: Flank) -> Sequence[Features]:
    try:
        return turned_views(cutting.chip_for(flank))
    except (cutting.NoPicture, UnusablePicture):
        return ()


def _stored(candidate: Candidate, mine: Sequence[Flank], chances: learning.Chances) -> dict[str, Any]:
    """A candidate as JSON; places are mine and theirs, right and down in parts of chips."""
    pictures = []
    for one in candidate.evidence[:PICTURES]:
        order = np.argsort(-one.weights, kind="stable")[:PLACES]
        places = np.column_stack([one.query_points[order], one.gallery_points[order]])
        pictures.append(
            {
                "mine": str(mine[one.frame].uuid),
                "theirs": one.entry.picture,
                "score": round(one.score, 4),
                "inliers": one.inliers,
                "places": [[round(float(value), 4) for value in row] for row in places],
            }
        )
    return {
        "animal": int(candidate.animal) if candidate.animal else None,
        "encounter": None if candidate.animal else candidate.name,
        "score": round(candidate.score, 4),
        "inliers": candidate.inliers,
        "quality": round(candidate.quality, 4),
        "same_station": candidate.same_station,
        "probability": round(chances.local.of_candidate(candidate), 4),
        "cosine": None,
        "pictures": pictures,
    }


def _near(mine: Iterable[Flank], there: Opened, vectors: Vectors | None) -> dict[str, tuple[float, str, str]]:
    """By animal or unnamed encounter: the highest cosine, my flank and theirs."""
    found: dict[str, tuple[float, str, str]] = {}
    if vectors is None:
        return found
    own = {str(one.uuid) for one in mine}
    sides = {name: side_of(flank.side) for name, flank in there.flanks.items()}
    for name in sorted(own & set(vectors.rows)):
        barred = own | {
            other
            for other in vectors.rows
            if other not in sides or not may_be_compared(sides[name], sides[other])
        }
        for theirs, cosine in vectors.table.shortlist(vectors.rows[name], NEAR, barred):
            whom = there.gallery.entry(theirs).name
            if whom not in found or cosine > found[whom][0]:
                found[whom] = (cosine, name, theirs)
    return found


def _with_vectors(
    candidates: list[dict[str, Any]],
    near: Mapping[str, tuple[float, str, str]],
    chances: learning.Chances,
) -> list[dict[str, Any]]:
    """The candidates with their cosines; once both scores are calibrated, in the order of both together."""
    if not near:
        return candidates
    by_name = {str(one["animal"] or one["encounter"]): one for one in candidates}
    for whom, (cosine, mine, theirs) in near.items():
        one = by_name.setdefault(whom, _bare(whom, mine, theirs))
        one["cosine"] = round(cosine, 4)
    found = list(by_name.values())
    if not (chances.local.is_calibrated and chances.vectors.is_calibrated):
        return sorted(found, key=lambda one: (-one["score"], -(one["cosine"] or -1.0)))[:STORED]
    for one in found:
        one["probability"] = round(chances.together(one), 4)
    return sorted(found, key=lambda one: -one["probability"])[:STORED]


def _bare(whom: str, mine: str, theirs: str) -> dict[str, Any]:
    """A candidate that the vectors alone have found."""
    named = whom.isdigit()
    return {
        "animal": int(whom) if named else None,
        "encounter": None if named else whom,
        "score": 0.0,
        "inliers": 0,
        "quality": 0.0,
        "same_station": False,
        "probability": None,
        "cosine": None,
        "pictures": [{"mine": mine, "theirs": theirs, "score": 0.0, "inliers": 0, "places": []}],
    }
