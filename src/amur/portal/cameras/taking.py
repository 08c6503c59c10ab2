"""Takes what was read into the rows of a project: all or nothing, in one transaction and one act.

What comes again adds nothing; what comes changed ends statements and makes new ones, and the act keeps what
cells of deployments and media said before, so that all of it can be undone. Called by `packages_work`.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import transaction
from django.db.models import Field, Model
from numpy.typing import NDArray

from amur.formats.camtrapdp import Package, Table
from amur.portal.audit.actions import record
from amur.portal.cameras import acts, cells, package_files, storing
from amur.portal.cameras.comparing import Changes, compare, is_empty
from amur.portal.cameras.linking import Sequences, Whole, rows_in, sequences_of, taken
from amur.portal.cameras.models import (
    Act,
    CameraProject,
    Deployment,
    Event,
    Media,
    Observation,
    Outage,
    Station,
)
from amur.portal.cameras.packages import Given
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office, Person

Progress = Callable[[float, str], None]
TABLES: Final = ("deployments", "media", "observations")
PLACED: Final = ("station_id", "place", "extra")


@dataclass(frozen=True, slots=True)
class NewProject:
    """A project that is made for what comes in."""

    office: Office
    key: str
    names: MultilingualText
    time_zone: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it: the project, the act (None where nothing was new), counts by table.

    `unknown` are the first of `unknown_count` files that the project does not have.
    """

    project: CameraProject
    act: Act | None
    counts: dict[str, dict[str, int]]
    unknown: tuple[str, ...] = ()
    unknown_count: int = 0


def known_act(project: CameraProject, sha256: str) -> Act | None:
    """The act by which this very content was taken last, if nothing came after it and it still stands."""
    last = project.acts.filter(kind=Act.Kind.IMPORT, undone_by=None).order_by("-pk").first()
    return last if last is not None and last.about.get("sha256") == sha256 else None


def take(
    given: Given,
    into: CameraProject | NewProject,
    person: Person | None,
    about: Mapping[str, Any],
    progress: Progress = lambda share, stage: None,
    sealing: Callable[[], None] = lambda: None,
) -> Taken:
    """Store a package; `sealing` is called last inside the transaction.

    Whatever `progress` or `sealing` raise undoes everything. Raises ValidationError for a new project whose
    key is taken.
    """
    package = given.package
    if package is None:
        raise ValueError("results of a detector are taken by `detections`")
    with storing.roomy(), transaction.atomic():
        if isinstance(into, NewProject):
            project = _made(into, package)
        else:
            project = CameraProject.objects.select_for_update().get(pk=into.pk)
        progress(0.5, "compare")
        changes = compare(project, package)
        counts = {name: changes[name].counts for name in TABLES}
        if is_empty(changes):
            return Taken(project, None, counts)
        act = acts.begin(
            project,
            Act.Kind.IMPORT,
            person,
            {**about, "format": given.format, "sha256": given.sha256, "counts": counts},
        )
        if project.package:
            act.about["package"] = project.package
        _describe(project, package)
        _Store(project, package, act, changes, progress).all()
        _add_outages(project, given)
        act.save()
        acts.follow_names(project, set(package.observations.texts("scientificName")))
        record(
            "cameras.package.import",
            object_uuid=project.uuid,
            object_key=project.key,
            changes={"act": str(act.uuid), "counts": counts},
            office=project.office.uuid,
        )
        sealing()
    return Taken(project, act, counts)


def _made(new: NewProject, package: Package) -> CameraProject:
    design = package.metadata.get("project", {}).get("samplingDesign", "")
    project = CameraProject(
        office=new.office,
        key=new.key,
        names=new.names,
        time_zone=new.time_zone,
        sampling_design=design if design in CameraProject.Design.values else "",
    )
    project.full_clean()
    project.save()
    return project


def _describe(project: CameraProject, package: Package) -> None:
    """Keep metadata, files, order of columns and the way in which instants are written."""
    columns = {"deployments": cells.DEPLOYMENTS, "media": cells.MEDIA, "observations": cells.OBSERVATIONS}
    project.package = {
        "metadata": dict(package.metadata),
        "files": {path: package_files.keep(content) for path, content in package.files.items()},
        "columns": {name: list(table.names) for name, table in package.tables.items()},
        "styles": {
            name: storing.style_of(table, columns[name], project.time_zone)
            for name, table in package.tables.items()
        },
    }
    project.save()


class _Store:
    """One import while it is at work."""

    def __init__(
        self, project: CameraProject, package: Package, act: Act, changes: Changes, progress: Progress
    ) -> None:
        self.project, self.package, self.act, self.changes = project, package, act, changes
        self.progress = progress
        self.styles = project.package["styles"]
        self.known_events: set[int] = set()
        self.before: dict[str, dict[str, dict[str, Any]]] = {}

    def all(self) -> None:
        """Everything, in the order in which rows refer to one another."""
        package = self.package
        self.progress(0.51, "store")
        cameras = self._deployments()
        suggested = self._is_suggested()
        found = sequences_of(package.deployments, package.media, package.observations, ~suggested)
        self.progress(0.52, "store")
        events = self._events(found, cameras)
        media = self._media(cameras, taken(events, found.of_media))
        self._observations(cameras, media, taken(events, found.of_observation), found, suggested)
        if self.before:
            self.act.about["before"] = self.before

    def _deployments(self) -> Whole:
        """Primary keys (n,) of the deployments of the package."""
        table, change = self.package.deployments, self.changes["deployments"]
        stations = {one.code: one for one in self.project.stations.all()}
        rows = storing.deployments_of(self.project, table, self.styles["deployments"], stations)
        fresh = [one for one in stations.values() if one.pk is None]
        Station.objects.bulk_create(fresh, batch_size=500)
        for row in rows:
            row.station_id = row.station.pk
        Deployment.objects.bulk_create([rows[number] for number in change.new.tolist()], batch_size=500)
        names = [*(one.field for one in cells.DEPLOYMENTS[1:]), *PLACED]
        known = Deployment.objects.in_bulk(change.ours)
        for number, key in zip(change.changed.tolist(), change.ours, strict=True):
            self._note("deployments", known[key], names)
            for name in names:
                setattr(known[key], name, getattr(rows[number], name))
        Deployment.objects.bulk_update(known.values(), names, batch_size=100)
        return self._keys(Deployment, table.cells("deploymentID"))

    def _note(self, table: str, row: Model, names: Sequence[str]) -> None:
        """Remember what a row says before it changes."""
        values = {name: plain(getattr(row, name)) for name in names}
        self.before.setdefault(table, {})[str(row.pk)] = values

    def _keys(self, model: type[Model], codes: Sequence[str]) -> Whole:
        known = dict(model._default_manager.filter(project=self.project).values_list("code", "pk"))
        return np.array([known.get(code, -1) for code in codes], dtype=np.int64)

    def _is_suggested(self) -> NDArray[np.bool_]:
        """Which observations (n,) a machine said: they wait for a person."""
        codes, words = self.package.observations.codes("classificationMethod")
        machine = [k for k, word in enumerate(words) if word == Observation.Method.MACHINE]
        return np.isin(codes, machine)

    def _events(self, found: Sequences, cameras: Whole) -> Whole:
        """Primary keys (n,) of the sequences."""
        known = dict(Event.objects.filter(project=self.project).values_list("code", "pk"))
        self.known_events.update(known.values())
        fresh = np.array([code not in known for code in found.codes], dtype=bool)
        new = np.flatnonzero(fresh).tolist()
        keys = storing.store_events(
            self.project,
            [found.codes[k] for k in new],
            cameras[found.deployments[new]].tolist() if new else [],
            found.starts[new],
            found.ends[new],
            [found.states[k] for k in new],
        )
        known |= dict(zip((found.codes[k] for k in new), keys, strict=True))
        return np.array([known[code] for code in found.codes], dtype=np.int64)

    def _media(self, cameras: Whole, events: NDArray[np.object_]) -> Whole:
        """Primary keys (n,) of the media."""
        table, change = self.package.media, self.changes["media"]
        deployments = taken(cameras, rows_in(table, "deploymentID", self.package.deployments, "deploymentID"))
        keys = storing.store_media(
            self.project,
            table,
            self.styles["media"],
            change.new,
            deployments,
            events,
            lambda share: self.progress(0.55 + 0.15 * share, "store media"),
        )
        if len(change.new) == table.count:
            return np.array(keys, dtype=np.int64)
        self._change_media(table, deployments)
        return self._keys(Media, table.cells("mediaID"))

    def _change_media(self, table: Table, deployments: NDArray[np.object_]) -> None:
        change = self.changes["media"]
        names = ["deployment_id", *(one.field for one in cells.MEDIA[1:]), "extra"]
        columns = [
            storing.ready(table, column, self.styles["media"], self.project.time_zone)
            for column in cells.MEDIA
        ]
        own = [*(one.name for one in cells.MEDIA), "deploymentID"]
        kept = [*columns, *storing.foreign_texts(table, own)]
        for first in range(0, len(change.ours), storing.CHUNK):
            keys = change.ours[first : first + storing.CHUNK]
            known = Media.objects.in_bulk(keys)
            for number, key in zip(change.changed[first:].tolist(), keys, strict=False):
                row = known[key]
                self._note("media", row, names)
                row.deployment_id = deployments[number]
                row.extra = storing.extras(kept, number, number + 1)[0]
                for column, values in zip(cells.MEDIA[1:], columns[1:], strict=True):
                    (value,) = values.part(number, number + 1)
                    moment = column.kind == "instant" and value is not None
                    setattr(row, column.field, storing.moment(value) if moment else value)
            Media.objects.bulk_update(known.values(), names, batch_size=200)

    def _observations(
        self,
        cameras: Whole,
        media: Whole,
        events: NDArray[np.object_],
        found: Sequences,
        suggested: NDArray[np.bool_],
    ) -> None:
        package, change = self.package, self.changes["observations"]
        table = package.observations
        touched = self._end([*change.ours, *change.gone])
        links = [
            taken(cameras, rows_in(table, "deploymentID", package.deployments, "deploymentID")),
            taken(media, rows_in(table, "mediaID", package.media, "mediaID")),
            events,
        ]
        statuses = np.where(suggested, Observation.Status.SUGGESTED.value, Observation.Status.ACCEPTED.value)
        which = np.sort(np.concatenate([change.new, change.changed]).astype(np.int64))
        storing.store_observations(
            self.act,
            table,
            self.styles["observations"],
            which,
            links,
            statuses.astype(object),
            [found.odd, *_odd_media(table)],
            lambda share: self.progress(0.7 + 0.28 * share, "store observations"),
        )
        if self.known_events:  # new ones have their states already
            said = {events[row] for row in which.tolist()}
            acts.follow_states(touched | (said & self.known_events))

    def _end(self, keys: Sequence[int]) -> set[int | None]:
        """End statements; the sequences that they were about."""
        events: set[int | None] = set()
        for first in range(0, len(keys), acts.BATCH):
            some = Observation.objects.filter(pk__in=keys[first : first + acts.BATCH], ended=None)
            events.update(some.values_list("event_id", flat=True))
            some.update(ended=self.act)
        return events


def _odd_media(table: Table) -> list[storing.Ready]:
    """Texts such as “NA” that stand for no media."""
    if "mediaID" not in table.columns:
        return []
    codes, texts, missing = storing.known_of(table, "mediaID")
    words = [text if gone and text else None for text, gone in zip(texts.to_pylist(), missing, strict=True)]
    odd = np.array([*words, None], dtype=object)
    return [storing.Ready("mediaID", codes, odd, odd)] if any(words) else []


def _add_outages(project: CameraProject, given: Given) -> None:
    """The outages that a format tells, those that are not there yet."""
    known = dict(project.deployments.values_list("code", "pk"))
    for one in given.outages:
        if one.deployment in known:
            start, end = (datetime.datetime.fromisoformat(text) for text in (one.start, one.end))
            Outage.objects.get_or_create(deployment_id=known[one.deployment], start=start, end=end)


def plain(value: Any) -> Any:
    """A value of a row as JSON knows it."""
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value.ewkt if isinstance(value, GEOSGeometry) else value


def restore(act: Act, undoing: Act) -> None:
    """Put cells and the description of the package back to what they were; the new act keeps what goes."""
    if "package" in act.about:
        project = CameraProject.objects.get(pk=act.project_id)
        undoing.about["package"], project.package = project.package, act.about["package"]
        project.save(update_fields=["package"])
    for table, model in (("deployments", Deployment), ("media", Media)):
        told = act.about.get("before", {}).get(table, {})
        for row in model._default_manager.filter(pk__in=[int(key) for key in told]):
            values = told[str(row.pk)]
            earlier = {name: plain(getattr(row, name)) for name in values}
            undoing.about.setdefault("before", {}).setdefault(table, {})[str(row.pk)] = earlier
            for name, value in values.items():
                setattr(row, name, _read_back(model, name, value))
            row.save(update_fields=list(values))
    undoing.save(update_fields=["about"])


def _read_back(model: type[Model], name: str, value: Any) -> Any:
    if name == "place":
        return Point.from_ewkt(value) if value else None
    kind = model._meta.get_field(name)
    return value if name in ("extra", "exif") or not isinstance(kind, Field) else kind.to_python(value)
