"""What files of fixes tell of each leg day: read once for each patrol and kept, as patrols never change."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import numpy as np
from django.db.models import QuerySet

from amur.portal.patrol_queries.models import TrackSummary
from amur.portal.patrols import store
from amur.portal.patrols.models import LegDay, Patrol
from amur.portal.runs.uploads import Gone
from amur.science.effort import Fixes, Limits, clean, track_days
from amur.science.effort.segments import Floats

BATCH: Final = 200
AT_ONCE: Final = 60
"""Patrols whose fixes a page reads itself; for more of them there is a run."""
COLUMNS: Final = ("fixes", "flagged", "track_hours", "standing_hours", "removed_km")


def unread(patrols: "QuerySet[Patrol]") -> "QuerySet[Patrol]":
    """The patrols whose fixes were not read yet."""
    read = TrackSummary.objects.order_by().values("patrol")
    return patrols.exclude(track_file="").exclude(pk__in=read)


def read(patrols: "QuerySet[Patrol]", tell: Callable[[float], None] = lambda share: None) -> int:
    """Read the fixes of those patrols that were not read yet; how many. A lost file tells nothing."""
    found = list(unread(patrols).order_by("pk"))
    for at in range(0, len(found), BATCH):
        rows = [TrackSummary(patrol=one, days=_days(one)) for one in found[at : at + BATCH]]
        TrackSummary.objects.bulk_create(rows, ignore_conflicts=True)
        tell(min(at + BATCH, len(found)) / len(found))
    return len(found)


def _days(patrol: Patrol) -> list[list[float]]:
    """For each leg day its key and the numbers of `COLUMNS`; the rules are those of the import."""
    try:
        columns = store.read_fixes(patrol.track_file)
    except Gone:
        return []
    days = LegDay.objects.filter(leg__patrol=patrol).order_by("leg", "pk")
    keys = list(days.values_list("pk", flat=True))
    instant = columns["instant"].view("M8[ms]")
    fixes = Fixes(columns["day"], instant, columns["longitude"], columns["latitude"])
    limits = Limits(
        earliest=np.datetime64(patrol.start - timedelta(days=1), "ms"),
        latest=np.datetime64(patrol.end + timedelta(days=2), "ms"),
    )
    told = track_days(fixes, clean(fixes, limits), len(keys))
    numbers = (told.fixes, told.flagged, told.hours, told.standing_hours, told.removed_km)
    return [[key, *(float(column[day]) for column in numbers)] for day, key in enumerate(keys)]


def columns_of(patrols: Iterable[int], days: Sequence[int]) -> Mapping[str, Floats]:
    """The columns of leg days of patrols, all by primary key; NaN unknown, as where a day has no fixes."""
    told = {
        key: numbers
        for rows in TrackSummary.objects.filter(patrol__in=set(patrols)).values_list("days", flat=True)
        for key, *numbers in rows
    }
    found = np.full((len(days), len(COLUMNS)), np.nan)
    for row, day in enumerate(days):
        numbers = told.get(day)
        if numbers is not None and numbers[0] > 0:
            found[row] = numbers
    return {name: found[:, k] for k, name in enumerate(COLUMNS)}
