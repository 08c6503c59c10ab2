"""The gallery: pictures of known and of unnamed animals, searched with the frames of one encounter.

Called by the pages of identification and by `amur stripes`. Everything is the same for the same gallery and
the same query: nothing is drawn at random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from amur.science.stripes.chips import Side
from amur.science.stripes.features import Features
from amur.science.stripes.matching import (
    LOOKED_FOR,
    ONE_CAMERA,
    Agreed,
    agree,
    cast_votes,
    in_place,
    of_one_camera,
    shortlist,
)
from amur.science.stripes.neighbours import Neighbours, Shelf
from amur.science.stripes.results import Entry, Evidence, Ranking, candidates_of

Turned = Callable[[int], Sequence[Features]]
"""Turned views (`views.turned_views`) of the chip of a frame, made only when they are needed."""
Integers = NDArray[np.int64]
SIDES: tuple[Side, ...] = ("left", "right", "unknown")


@dataclass(frozen=True, slots=True)
class Settings:
    """How a search is done; docs/stripes.md tells the method.

    Of each query feature `looked_at` nearest ones are found and `neighbours` of them vote; the `verified`
    best pictures are checked for a common affine map within `tolerance` chip pixels; turned views are tried
    where the best score stays below `turn_below`.
    """

    neighbours: int = 6
    looked_at: int = 16
    verified: int = 40
    tolerance: float = 25.0
    turn_below: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """Who may answer a query, by rows: the barred rows, codes of names, pictures of the query's station, and
    those of which it is not known whether they are."""

    barred: Integers
    names: Integers
    at_station: NDArray[np.bool_]
    unplaced: NDArray[np.bool_]


class Gallery:
    """Pictures under unique names, with their features, encounter, station and, if known, animal."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._rows: dict[str, int] = {}
        self._entries: list[Entry | None] = []
        self._features: list[Features | None] = []
        self._first: list[int] = [0]
        self._shelf = Shelf()
        self._indexes = {side: Neighbours.empty() for side in SIDES}

    @classmethod
    def restored(
        cls,
        rows: Sequence[tuple[Entry, Features] | None],
        first: Sequence[int],
        shelf: Shelf,
        indexes: dict[Side, Neighbours],
        settings: Settings | None,
    ) -> Gallery:
        """A gallery from its parts, as files keep them; row k has the numbers from first[k] on."""
        gallery = cls(settings)
        gallery._entries = [None if row is None else row[0] for row in rows]
        gallery._features = [None if row is None else row[1] for row in rows]
        gallery._rows = {row[0].picture: k for k, row in enumerate(rows) if row is not None}
        gallery._first, gallery._shelf, gallery._indexes = list(first), shelf, indexes
        return gallery

    @property
    def first(self) -> tuple[int, ...]:
        """The number of the first feature of each row, and behind the last the number of all."""
        return tuple(self._first)

    @property
    def shelf(self) -> Shelf:
        """The descriptors of all rows."""
        return self._shelf

    @property
    def indexes(self) -> dict[Side, Neighbours]:
        """The index of each side."""
        return dict(self._indexes)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All pictures, in the order of their names."""
        return tuple(self.entry(name) for name in sorted(self._rows))

    @property
    def descriptors(self) -> int:
        """The number of features of all pictures."""
        return sum(entry.features for entry in self.entries)

    def entry(self, picture: str) -> Entry:
        """A picture. Raises KeyError when it is not there."""
        found = self._entries[self._rows[picture]]
        assert found is not None  # noqa: S101 - rows of pictures are filled
        return found

    def features(self, picture: str) -> Features:
        """The features of a picture. Raises KeyError when it is not there."""
        found = self._features[self._rows[picture]]
        assert found is not None  # noqa: S101 - rows of pictures are filled
        return found

    def add(
        self,
        features: Features,
        *,
        picture: str,
        encounter: str,
        animal: str | None = None,
        station: str | None = None,
    ) -> Entry:
        """Add a picture; one without features is listed, too. Raises ValueError when it is there already."""
        if picture in self._rows:
            raise ValueError(f"picture {picture} is in the gallery already; remove it first")
        count = len(features)
        entry = Entry(picture, encounter, animal, station, features.side, features.quality.overall, count)
        numbers = self._shelf.append(features.descriptors)
        self._indexes[features.side].add(numbers, self._shelf)
        self._rows[picture] = len(self._entries)
        self._entries.append(entry)
        self._features.append(features)
        self._first.append(len(self._shelf))
        return entry

    def remove(self, picture: str) -> None:
        """Take a picture out. Raises KeyError when it is not there."""
        row = self._rows.pop(picture)
        self._shelf.drop(self._first[row], self._first[row + 1])
        self._entries[row] = self._features[row] = None

    def rename(self, picture: str, animal: str | None) -> None:
        """Say whom a picture shows (None: take it back). Raises KeyError when it is not there."""
        self._entries[self._rows[picture]] = replace(self.entry(picture), animal=animal)

    def rows(self) -> Iterator[tuple[Entry, Features] | None]:
        """All pictures in the order in which they came; None for those that were taken out."""
        for entry, features in zip(self._entries, self._features, strict=True):
            yield None if entry is None or features is None else (entry, features)

    def search(
        self,
        frames: Sequence[Features],
        *,
        encounter: str | None = None,
        station: str | None = None,
        exclude: Iterable[str] = (),
        turned: Turned | None = None,
        named: bool = True,
    ) -> Ranking:
        """Animals that the frames of one encounter may show, best first.

        Pictures of `encounter` itself and those named in `exclude` do not answer. A left flank is compared
        with left and unknown ones, a right flank with right and unknown ones, an unknown one with all.
        `station` is where the frames were taken: what stands still there is not counted; where stations are
        not known, pictures of one camera are recognised by what stands still. `turned` gives
        turned views of a frame where nothing is found without. Unless `named`, animals are not used:
        every encounter answers for itself.
        """
        scene = self._scene(encounter, station, set(exclude), named)
        evidence: list[Evidence] = []
        vetoed = 0
        for k, frame in enumerate(frames):
            found, still = self._look(k, frame, scene)
            evidence += found
            vetoed += still
        candidates = candidates_of(evidence, named=named)
        best = candidates[0].score if candidates else 0.0
        looks_again = turned is not None and best < self.settings.turn_below
        if turned is not None and looks_again:
            for k in range(len(frames)):
                for view in turned(k):
                    found, still = self._look(k, view, scene)
                    evidence += found
            candidates = candidates_of(evidence, named=named)
        sides = {frame.side for frame in frames if len(frame)}
        return Ranking(
            candidates,
            self._compared(sides, scene),
            tuple(k for k, frame in enumerate(frames) if not len(frame)),
            vetoed,
            looks_again,
        )

    def _scene(self, encounter: str | None, station: str | None, exclude: set[str], named: bool) -> _Scene:
        codes: dict[str, int] = {}
        names = np.full(len(self._entries), -1, np.int64)
        at_station = np.zeros(len(self._entries), np.bool_)
        unplaced = np.zeros(len(self._entries), np.bool_)
        barred = []
        for row, entry in enumerate(self._entries):
            if entry is None:
                continue
            if entry.encounter == encounter or entry.picture in exclude:
                barred.append(row)
            names[row] = codes.setdefault(entry.name if named else entry.encounter, len(codes))
            at_station[row] = station is not None and entry.station == station
            unplaced[row] = station is None or entry.station is None
        return _Scene(np.array(barred, np.int64), names, at_station, unplaced)

    def _compared(self, sides: set[Side], scene: _Scene) -> int:
        barred = set(scene.barred.tolist())
        return sum(
            entry is not None
            and row not in barred
            and entry.features > 0
            and any(may_be_compared(side, entry.side) for side in sides)
            for row, entry in enumerate(self._entries)
        )

    def _look(self, k: int, frame: Features, scene: _Scene) -> tuple[list[Evidence], int]:
        """The pictures that agree with a frame, and how many of its features stand still."""
        if not len(frame):
            return [], 0
        numbers, distances = self._nearest(frame, scene)
        first = np.array(self._first, np.int64)
        rows = np.where(numbers < 0, -1, np.searchsorted(first, numbers, side="right") - 1)
        background = self._background(frame, numbers, rows, scene)
        rows[background] = -1
        cast = cast_votes(numbers, distances, rows, scene.names, self.settings.neighbours)
        evidence = []
        for row in shortlist(cast, scene.names, self.settings.verified).tolist():
            features = self._features[row]
            assert features is not None  # noqa: S101 - removed pictures are in no index
            found = agree(cast, row, frame, features, self._first[row], self.settings.tolerance)
            evidence.append(self._evidence(k, frame, found, features, scene))
        return evidence, int(background.sum())

    def _nearest(self, frame: Features, scene: _Scene) -> tuple[Integers, NDArray[np.float32]]:
        """The nearest features of all sides that may be compared, none of a barred picture."""
        allowed = self._shelf.used.copy()
        for row in scene.barred.tolist():
            allowed[self._first[row] : self._first[row + 1]] = False
        answers = [
            self._indexes[side].search(frame.descriptors, self.settings.looked_at, self._shelf, allowed)
            for side in SIDES
            if may_be_compared(frame.side, side) and len(self._indexes[side])
        ]
        if not answers:
            return np.full((len(frame), 1), -1, np.int64), np.full((len(frame), 1), np.inf, np.float32)
        numbers = np.concatenate([each[0] for each in answers], axis=1)
        distances = np.concatenate([each[1] for each in answers], axis=1)
        order = np.argsort(distances, axis=1, kind="stable")[:, : self.settings.looked_at]
        return np.take_along_axis(numbers, order, axis=1), np.take_along_axis(distances, order, axis=1)

    def _background(
        self, frame: Features, numbers: Integers, rows: Integers, scene: _Scene
    ) -> NDArray[np.bool_]:
        """Which features (n,) of a frame are in place in a picture of the same camera."""
        pictures = {}
        for row in self._perhaps_of_one_camera(frame, rows, scene).tolist():
            features = self._features[row]
            assert features is not None  # noqa: S101 - removed pictures are in no index
            pictures[row] = self._first[row], features
        if not pictures:
            return np.zeros(len(frame), np.bool_)
        still = in_place(frame, numbers, rows, pictures)
        same = scene.at_station.copy()
        same[of_one_camera(still & scene.unplaced[rows], rows, scene.names)] = True
        return np.asarray((still & same[rows]).any(axis=1))

    def _perhaps_of_one_camera(self, frame: Features, rows: Integers, scene: _Scene) -> Integers:
        """Rows of the frame's station; and, where a station is not known, of pictures of the same shape.

        Where there is a mask, the background is left out already.
        """
        neighbours = np.bincount(rows[rows >= 0], minlength=len(self._entries))
        likely = np.flatnonzero((neighbours >= ONE_CAMERA) & scene.unplaced)
        if frame.quality.coverage < 1:
            likely = likely[:0]
        likely = likely[np.argsort(-neighbours[likely], kind="stable")][:LOOKED_FOR]
        same_shape = [
            row
            for row in likely.tolist()
            if (features := self._features[row]) is not None
            and features.picture_shape == frame.picture_shape
            and features.quality.coverage == 1
        ]
        here = np.flatnonzero(scene.at_station & (neighbours > 0))
        return np.union1d(here, np.array(same_shape, np.int64))

    def _evidence(
        self, k: int, frame: Features, found: Agreed, features: Features, scene: _Scene
    ) -> Evidence:
        entry = self._entries[found.row]
        assert entry is not None  # noqa: S101 - removed pictures are in no index
        return Evidence(
            k,
            entry,
            found.score,
            frame.points[found.query].astype(np.float64),
            features.points[found.theirs].astype(np.float64),
            found.weights,
            found.transform,
            bool(scene.at_station[found.row]),
            min(frame.quality.overall, entry.quality),
        )


def may_be_compared(one: Side, other: Side) -> bool:
    """Whether two flanks can show the same coat.

    >>> may_be_compared("left", "right"), may_be_compared("left", "unknown")
    (False, True)
    """
    return one == other or "unknown" in (one, other)
