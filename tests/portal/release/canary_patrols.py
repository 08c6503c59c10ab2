"""Plants a patrol of our office: of its people, its places and what it saw nothing is public."""

from __future__ import annotations

import datetime
from typing import Any

from canary_finder import Canaries
from django.contrib.gis.geos import LineString, MultiLineString, Point

TEAM = frozenset({"ranger", "data_manager", "auditor"})  # our people who see patrols
EXACT = 0.05
FIRST = datetime.datetime(2024, 2, 5, 23, 2, 3, tzinfo=datetime.UTC)


def plant_hidden_patrols(cast: Any, canaries: Canaries) -> dict[str, Any]:
    """A patrol with secret words in all its parts, its data model and its import; by kind."""
    from canaries import text_of

    from amur.portal.patrols.models import (
        Act,
        Category,
        DataModel,
        Leg,
        LegDay,
        LegMember,
        Observation,
        Patrol,
        Waypoint,
    )

    def word(kind: str) -> str:
        return canaries.word(f"patrol{kind}", TEAM)

    act = Act.objects.create(
        office=cast.ours, kind=Act.Kind.IMPORT, person=cast.data_manager, about={"file": word("file")}
    )
    model = DataModel.objects.create(office=cast.ours, version=1, made=act, sha256="0" * 64)
    category = f"{word('category')}."
    Category.objects.create(model=model, path=category, names=text_of(en=word("categoryname")))
    patrol = Patrol.objects.create(
        office=cast.ours, made=act, code=word("code"), patrol_type="GROUND", start=FIRST.date(),
        end=FIRST.date(), time_zone="Asia/Vladivostok", station=word("station"), team=word("team"),
        objective=word("objective"), comment=word("comment"), format_version="1.3", prefix="ns2",
        sha256="0" * 64,
    )  # fmt: skip
    leg = Leg.objects.create(
        patrol=patrol, code=word("leg"), start=FIRST.date(), end=FIRST.date(),
        transport=word("transport"), mandate=word("mandate"),
    )  # fmt: skip
    LegMember.objects.create(
        leg=leg, employee_id=word("employee"), given_name=word("given"), family_name=word("family")
    )
    place = canaries.spot("patrolplace", 126.35829364, 52.44173926, EXACT, TEAM)
    way = LineString((place.longitude, place.latitude), (place.longitude + 1e-4, place.latitude), srid=4326)
    day = LegDay.objects.create(
        leg=leg, date=FIRST.date(), start=FIRST, end=FIRST, kilometres=1.0, line=MultiLineString(way)
    )
    point = Waypoint.objects.create(
        day=day, code=word("waypoint"), place=Point(place.longitude, place.latitude), at=FIRST
    )
    values = [{"attribute": word("attribute"), "text": word("value")}]
    Observation.objects.create(waypoint=point, category=category, values=values)
    return {"patrol": patrol, "patrolmodel": model, "patrolact": act}
