"""Plants a patrol of our office, and what phones, chiefs and analysts have around it: nothing of it is public."""

from __future__ import annotations

import datetime
import uuid
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
    return {"patrol": patrol, "patrolmodel": model, "patrolact": act, **_around_patrols(cast, canaries, act)}


def _around_patrols(cast: Any, canaries: Canaries, act: Any) -> dict[str, Any]:
    """An incident, a form, a phone with what it sent, a target, a report and a question; by kind."""
    from amur.formats.smart.configurable import (
        ConfigurableModel,
        FormLanguage,
        FormLanguages,
        FormName,
        Nodes,
    )
    from amur.formats.smart.incident import Incident as Content
    from amur.portal.patrol_phones.models import Delivery, Phone
    from amur.portal.patrol_queries.asking import Question
    from amur.portal.patrol_queries.models import SavedQuestion
    from amur.portal.patrol_reports.models import Report, Target
    from amur.portal.patrols.models import Form, Incident, PhoneMessage
    from amur.portal.patrols.packing import packed

    def word(kind: str) -> str:
        return canaries.word(f"patrol{kind}", TEAM)

    office, day = {"office": cast.ours}, FIRST.date()
    place = canaries.spot("incidentplace", 126.91837465, 52.83647291, EXACT, TEAM)
    seen = Content(word("incident"), place.longitude, place.latitude, FIRST, comment=word("remark"))
    incident = Incident.objects.create(
        **office, made=act, code=seen.id, at=FIRST, time_zone="Asia/Vladivostok", format_version="1.0",
        place=Point(place.longitude, place.latitude), content=packed(seen), sha256="0" * 64,
    )  # fmt: skip
    name = word("form")
    document = ConfigurableModel(
        languages=FormLanguages((FormLanguage("en", is_default=True),)),
        names=(FormName(name, "en"),),
        nodes=Nodes(),
    )
    form = Form.objects.create(
        **office,
        made=act,
        kind="form",
        code=name,
        format_version="1.0",
        content=packed(document),
        sha256="0" * 64,
    )
    phone = Phone.objects.create(
        **office, name=word("phone"), token_hash="0" * 64, hint="abcd", given_by=cast.data_manager
    )
    canaries.secret("f" * 64)  # the hash of a delivery
    Delivery.objects.create(
        phone=phone,
        sha256="f" * 64,
        size=1,
        state="refused",
        problems=[{"text": word("problem"), "file": ""}],
    )
    PhoneMessage.objects.create(
        **office, made=act, digest="e" * 64, kind="patrol", device=word("device"), patrol=word("phonepatrol"),
        counter=1, at=FIRST, longitude=place.longitude, latitude=place.latitude, content={"comment": word("said")},
        waits="category", about=word("about"),
    )  # fmt: skip
    target = Target.objects.create(
        **office, name=word("target"), measure="patrols", amount=1, start=day, end=day, station=word("post")
    )
    report = Report.objects.create(
        **office, kind="report", run=uuid.uuid4(), start=day, end=day, language="en", pdf="0" * 64
    )
    question = SavedQuestion.objects.create(
        **office,
        owner=cast.data_manager,
        name=word("question"),
        is_shared=True,
        question=Question("distance", station=word("asked")).as_dict(),
    )
    return {
        "incident": incident, "form": form, "phone": phone, "target": target, "report": report, "question": question,
    }  # fmt: skip
