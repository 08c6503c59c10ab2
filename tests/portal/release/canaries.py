"""Plants canaries: unique words, places, hashes and primary keys wherever the house keeps what must not leave.

`plant` makes the public part and the hidden part of a small centre of two offices. Called by `test_canaries`.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from canary_cameras import plant_hidden_cameras, plant_public_cameras
from canary_finder import FIRST_KEY, Canaries
from canary_patrols import plant_hidden_patrols
from canary_results import plant_hidden_results, plant_public_results
from django.contrib.gis.geos import GEOSGeometry, Point, Polygon
from django.db import connection
from django.db.models import Model
from django.utils import timezone

OURS = frozenset({"ranger", "editor", "data_manager", "auditor"})  # our people who see the register
FACTS = OURS - {"ranger"}  # our people who see facts and events
ORGANISERS = frozenset({"editor", "data_manager"})  # our people who organise our events
THEIRS = frozenset({"foreign_data_manager", "auditor"})
PAGES = frozenset({"editor", "auditor"})
EXACT, TENTH, DEGREE = (
    0.05,
    0.015,
    0.15,
)  # degrees that a number must keep away: see `canary_finder.Spot.near`


def number_from(first: int, *models: type[Model]) -> None:
    """Let the next rows of each table get primary keys that nothing else looks like."""
    with connection.cursor() as cursor:
        for at, model in enumerate(models):
            table, start = model._meta.db_table, first + at * 10_000
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, start])
            else:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, start])


def number_all() -> None:
    """Give recognisable keys to all records that may be released, and to what stands beside them."""
    from amur.portal.animals.models import Animal
    from amur.portal.areas.models import Area, Designation, TransboundaryUnit, UnitMember
    from amur.portal.cameras.models import CameraProject, Deployment, Media, Observation, Station
    from amur.portal.cameras.models import Event as Sequence
    from amur.portal.cards.models import MemoryCard
    from amur.portal.connectivity.models import ConnectivityResult, ResistanceRaster
    from amur.portal.events.models import Commitment, Event, Registration, Series, Session, Talk
    from amur.portal.facts.models import Citation, Document, Fact
    from amur.portal.identity.models import Encounter, Flank
    from amur.portal.languages.models import Address
    from amur.portal.media.models import MediaFile
    from amur.portal.newsletter.models import Delivery, Issue, IssueItem, Subscriber
    from amur.portal.offices.models import LegalNotice, Membership, Office, Person
    from amur.portal.population.models import CaptureSurvey, JointAnalysis, JointPart, PopulationResult
    from amur.portal.release.models import Released
    from amur.portal.runs.models import Run
    from amur.portal.search.models import Document as Found
    from amur.portal.search.models import Word
    from amur.portal.species.models import Species
    from amur.portal.surveys.models import CameraSurvey, SurveyNumbers
    from amur.portal.visitors.models import PageCount, Receipt, SearchCount

    models = (
        Animal, Area, Designation, TransboundaryUnit, UnitMember, Citation, Document, Fact, Address,
        LegalNotice, Membership, Office, Person, Released, Run, Species, Event, MediaFile, Series, Session,
        Talk, Commitment, Registration, Issue, IssueItem, Subscriber, Delivery, Found, Word,
        PageCount, SearchCount, Receipt, ConnectivityResult, ResistanceRaster,
        CaptureSurvey, JointAnalysis, JointPart, PopulationResult, CameraProject, Station, Deployment, Sequence,
        Media, Observation, MemoryCard, Encounter, Flank, CameraSurvey, SurveyNumbers,
    )  # fmt: skip
    number_from(FIRST_KEY, *models)


def text_of(**texts: str) -> Any:
    """A text in several languages; `zh` is Chinese."""
    from amur.portal.languages.text import MultilingualText

    source = "ru" if "ru" in texts and "en" not in texts else "en"
    return MultilingualText.of(source, **texts)


def area(office: Any, key: str, place: GEOSGeometry | None, **more: Any) -> Any:
    """A row of the register."""
    from amur.portal.areas.models import Area

    given = {
        "kind": "protected-area",
        "status": "designated",
        "names": text_of(en=f"Area {key}", ru=f"Участок {key}"),
        "countries": [office.country],
        "area_ha": 2000,
        "geometry_accuracy": "approximate-centroid",
        "confidence": "high",
    }
    return Area.objects.create(office=office, key=key, geometry=place, **{**given, **more})


# key of an area -> what the gate is told of its zone; two people approved the second one long ago
ZONES = {
    "coarse": "border-strip",
    "coarser": "border-strip",
    "outlined": "border-strip",
    "closed": "release-site",
    "misspelt": "bordr-strip",
}


@contextmanager
def zones() -> Iterator[None]:
    """Let the gate judge the areas of ZONES by a zone; nothing in the register itself knows of zones yet."""
    from amur.disclosure import Approval, Level, TimeLevel
    from amur.portal.areas.models import Area
    from amur.portal.release import registry

    usual = registry.adapter_of(Area)
    assert usual is not None

    def draft(row: Any) -> Any:
        made = usual.draft(row)
        if row.key not in ZONES:
            return made
        record = dataclasses.replace(made.record, zone=ZONES[row.key])
        if row.key == "coarse":
            year = timezone.now().year
            record = dataclasses.replace(
                record,
                time=datetime.date(year - 3, 1, 1),
                time_zone="Asia/Vladivostok",
                approvals=(
                    Approval(
                        office=record.owner,
                        signed_by=("first", "second"),
                        given=timezone.now() - datetime.timedelta(days=300),
                        level=Level.TENTH,
                        time_level=TimeLevel.MONTH,
                    ),
                ),
            )
        return dataclasses.replace(made, record=record)

    registry.register(dataclasses.replace(usual, draft=draft))
    try:
        yield
    finally:
        registry.register(usual)


def plant_public(cast: Any, homes: dict[str, Any], canaries: Canaries) -> None:
    """Records that the public sees, less finely than they are, with fields that are not for it."""
    from amur.portal.animals.models import Animal
    from amur.portal.areas.models import TransboundaryUnit, UnitMember
    from amur.portal.events.models import Event
    from amur.portal.facts.models import Fact
    from amur.portal.species.models import Species

    word, spot, ours = canaries.word, canaries.spot, cast.ours
    coarser = spot("1 degree", 133.71834652, 47.28261957, DEGREE, OURS, (133.5, 47.5))
    coarse = spot("0.1 degree", 131.22734187, 44.77361923, TENTH, OURS, (131.25, 44.75))
    inner = {
        "restricted_groups": [word("restricted", OURS)],
        "candidate_groups": [word("candidategroup", OURS)],
        "sources": [{"citation": "A report", "path": word("sourcepath", OURS)}],
        "area_source": {"note": "as printed", "sources": [], "sheet": word("areasheet", OURS)},
        "wdpca": {"ranger_post": word("column", OURS), "x": coarser.longitude, "y": coarser.latitude},
    }
    rows = [
        area(ours, "coarser", Point(coarser.longitude, coarser.latitude, srid=4326), **inner),
        area(ours, "coarse", Point(coarse.longitude, coarse.latitude, srid=4326)),
    ]
    corner = spot("corner", 136.31948275, 50.62814937, EXACT, OURS)
    ring = [
        (corner.longitude + east, corner.latitude + north)
        for east, north in ((0, 0), (1.3, 0), (1.3, 1.2), (0, 0))
    ]
    area(ours, "outlined", Polygon(ring, srid=4326), geometry_accuracy="boundary")
    unit = TransboundaryUnit.objects.create(
        key="unit", office=ours, names=text_of(en="A unit"), type_code="reserve", confidence="high"
    )
    for row in rows:
        UnitMember.objects.create(unit=unit, area=row, status="member")
    Species.objects.create(
        key="tiger", office=ours, scientific_name="Panthera tigris", names=text_of(en="Tiger", ru="Тигр"),
        role="flagship", sensitivity=2, confidence="high",
        sources=[{"citation": "A book", "shelf": word("shelf", OURS)}],
    )  # fmt: skip
    Animal.objects.create(
        key="animal", office=ours, species_key="tiger", names=text_of(en="Amba"), confidence="high",
        found_text=text_of(en=f"Found at {word('found', OURS)}", ru=canaries.cyrillic("найдена", OURS)),
        found_on="2019-03-02", released_on="2020-05-03", release_area_key="coarser",
        fate=text_of(en=word("fate", OURS)), notes=text_of(en=word("animalnote", OURS)),
        event_kind="rehabilitation-release",
    )  # fmt: skip
    written = spot("in a fact's words", 130.28461, 47.91736, EXACT, FACTS)
    Fact.objects.create(
        key="count", office=ours, subject_kind="species", subject_key="tiger", value=5, unit="adults",
        kind="total", confidence="high", period_start="2015",
        place_detail=text_of(en=f"Den at {written.latitude} N, {written.longitude} E"),
    )  # fmt: skip
    Fact.objects.create(
        key="later-count", office=ours, subject_kind="species", subject_key="tiger", value=6, unit="adults",
        kind="total", confidence="high", period_start="2020",
    )  # fmt: skip
    told = spot("in an event's words", 127.69138, 48.39472, EXACT, FACTS)
    Event.objects.create(
        key="event", office=ours, type="forum", names=text_of(en="A forum"), start="2019", confidence="high",
        summary=text_of(zh="北纬48°23′41″ 东经127°41′29″", en=f"{told.latitude}, {told.longitude}"),
    )  # fmt: skip
    _issue(cast)
    _publication(ours)
    _forum(ours, canaries)
    _people(cast, canaries)
    _visits("/en/areas/", people=30)
    plant_public_results(cast, canaries)
    plant_public_cameras(cast, canaries)
    page = homes["ru"].get_children().get().specific
    page.title, page.summary = "О центре", "Кто ведёт"
    page.save_revision().publish()


def _publication(office: Any) -> None:
    """A public publication with its citations."""
    from amur.portal.library.models import Publication

    Publication.objects.create(
        key="publication", office=office, type="report", names=text_of(en="A report"), issued="2021",
        authors=["A. Author"], is_published=True,
    )  # fmt: skip


def _issue(cast: Any) -> None:
    """A published issue that tells of an event."""
    from amur.portal.events.models import Event
    from amur.portal.newsletter.models import Issue, IssueItem

    issue = Issue.objects.create(office=cast.ours, year=2023, quarter=1, intro=text_of(en="A word first"))
    IssueItem.objects.create(
        issue=issue, sort_order=0, kind="event", target=Event.objects.get(key="event").uuid
    )
    issue.is_published, issue.published_at = True, timezone.now()
    issue.save()


def _forum(office: Any, canaries: Canaries) -> None:
    """A public event with a programme; who has registered is for its editors, the secrets for nobody."""
    from amur.portal.events.actions import Consent, register
    from amur.portal.events.models import Event, Series, Session, Talk

    word = canaries.word
    series = Series.objects.create(key="series", office=office, names=text_of(en="Series"), is_published=True)
    first = timezone.localdate() + datetime.timedelta(days=90)
    event = Event.objects.create(
        key="forum", office=office, type="forum", names=text_of(en="Open forum"), start=first.isoformat(),
        series=series,
        time_zone="Asia/Vladivostok", state="confirmed", capacity=1, confidence="high",
    )  # fmt: skip
    session = Session.objects.create(
        event=event, names=text_of(en="Opening"), day=first, begins=datetime.time(9), ends=datetime.time(10)
    )
    Talk.objects.create(session=session, names=text_of(en="A talk"), speakers=["Speaker"])
    for number in ("first", "waiting"):
        name = word(f"registrant{number}", ORGANISERS)
        person = {
            "name": name,
            "email": f"{name}@example.org",
            "language": "ru",
            "needs": word("needs", ORGANISERS),
        }
        row, token = register(event, person, Consent("2026-11", "en", "I agree."))
        for secret in (token, row.secret, row.data):
            canaries.secret(secret)


def _people(cast: Any, canaries: Canaries) -> None:
    from allauth.mfa.models import Authenticator

    for name in ("ranger", "editor", "translator", "data_manager", "administrator", "auditor"):
        _person(cast[name], name, OURS | {name}, canaries)
    for name in ("foreign_editor", "foreign_data_manager"):
        _person(cast[name], name, THEIRS, canaries)
    for row in Authenticator.objects.all():
        row.data = {"secret": f"TOTP{row.pk}SECRETOFAPERSON"}
        row.save()
        canaries.secret(row.data["secret"])


def _person(person: Any, name: str, seen_by: frozenset[str], canaries: Canaries) -> None:
    word = canaries.word(f"person{name.replace('_', '')}", seen_by)
    person.last_name, person.email = word, f"{word}@example.org"
    person.set_password(f"{word}-password")
    person.save()
    canaries.secret(person.password)
    canaries.secret(person.password.rsplit("$", 1)[-1])


def plant_hidden(cast: Any, homes: dict[str, Any], canaries: Canaries) -> dict[str, Any]:
    """Records that the public must not even notice; returns one of each kind, by name."""
    found = _hidden_records(cast, canaries)
    _hidden_pages(homes, canaries)
    found["run"] = _hidden_run(cast, canaries)
    _hidden_visits(canaries)
    found |= plant_hidden_results(cast, canaries) | plant_hidden_cameras(cast, canaries)
    return found | plant_hidden_patrols(cast, canaries)


def _visits(path: str, people: int, referrer: str = "") -> None:
    """Readers of a page today."""
    from amur.portal.visitors.actions import local_today
    from amur.portal.visitors.models import PageCount

    PageCount.objects.create(
        day=local_today(), hour=3, language="en", path=path, referrer=referrer, device="phone",
        views=people, readers=people, visits=people,
    )  # fmt: skip


def _hidden_visits(canaries: Canaries) -> None:
    """What four people read and searched for, and the number of somebody's receipt: for nobody at all."""
    from amur.portal.visitors.actions import local_today
    from amur.portal.visitors.consent import Shown, choose
    from amur.portal.visitors.models import Receipt, SearchCount

    word = canaries.word
    _visits(f"/en/{word('readbyfour')}/", people=4, referrer=f"{word('camefrom')}.example")
    SearchCount.objects.create(
        day=local_today(), language="en", words=word("searchedfor"), searches=4, unanswered=4
    )
    canaries.secret(str(choose({"video"}, Shown("en", Receipt.Source.PAGE)).uuid))


def _hidden_records(cast: Any, canaries: Canaries) -> dict[str, Any]:
    from amur.portal.animals.models import Animal
    from amur.portal.areas.models import Area, TransboundaryUnit, UnitMember
    from amur.portal.events.models import Commitment, Event, Series
    from amur.portal.facts.models import Citation, Document, Fact
    from amur.portal.media.models import MediaFile
    from amur.portal.offices.models import LegalNotice
    from amur.portal.species.models import Species

    word, ours, theirs = canaries.word, cast.ours, cast.theirs
    hidden: dict[str, Any] = {"office": ours, "is_published": False}
    places = {
        name: canaries.spot(name, longitude, latitude, EXACT, THEIRS if name == "foreign" else OURS)
        for name, longitude, latitude in (
            ("closed", 128.36481957, 46.41729385),
            ("misspelt", 121.47281935, 51.72839461),
            ("unpublished", 124.58273641, 49.61938257),
            ("foreign", 126.18372645, 45.29183746),
        )
    }
    points = {name: Point(one.longitude, one.latitude, srid=4326) for name, one in places.items()}
    names = text_of(en=word("areaname", OURS), ru=canaries.cyrillic("участок", OURS), mn="Kanarzqmn")
    canaries.word("mn", OURS)
    area(ours, "closed", points["closed"], names=text_of(en=word("closed", OURS)), status="planned")
    area(ours, "misspelt", points["misspelt"], names=text_of(en=word("misspelt", OURS)), status="planned")
    area(
        theirs, "foreign", points["foreign"], is_published=False,
        names=text_of(en=word("foreignname", THEIRS)), notes=text_of(en=word("foreignnote", THEIRS)),
    )  # fmt: skip
    made = area(
        ours, word("areakey", OURS), points["unpublished"], is_published=False, names=names,
        legal_act=word("oldact", OURS), notes=text_of(en=word("areanote", OURS)), countries=["RU", "MN"],
        iucn_category="Ia", groups=[word("group", OURS)], area_ha=87_654_321,
    )  # fmt: skip
    made.legal_act = word("newact", OURS)
    made.save()  # the old act is in the audit log now
    unit = TransboundaryUnit.objects.get(key="unit")
    candidate = area(ours, "candidate", None, names=text_of(en=word("candidate", OURS)), is_published=False)
    UnitMember.objects.create(
        unit=unit, area=candidate, status="candidate", sources=[{"citation": word("guess", OURS)}]
    )
    found = {"area": Area.objects.get(pk=made.pk)}
    found["unit"] = TransboundaryUnit.objects.create(
        **hidden, key=word("unitkey", OURS), names=text_of(en=word("unitname", OURS)),
        type_code="reserve", confidence="high",
    )  # fmt: skip
    found["species"] = Species.objects.create(
        **hidden, key=word("specieskey", OURS), names=text_of(en=word("speciesname", OURS)),
        scientific_name=f"Felis {word('taxon', OURS)}", role="prey", confidence="high",
    )  # fmt: skip
    found["file"] = MediaFile.objects.create(
        **hidden, key=word("filekey", FACTS), kind="picture", name=f"{word('filename', FACTS)}.jpg",
        sha256=hashlib.sha256(b"hidden file").hexdigest(), size=1, alt=text_of(en=word("filealt", FACTS)),
    )  # fmt: skip
    found["fact"] = Fact.objects.create(
        **hidden, key=word("factkey", FACTS), subject_kind="species", subject_key="tiger", value=7, unit="adults",
        kind="total", confidence="high", notes=text_of(en=word("factnote", FACTS)),
    )  # fmt: skip
    document = Document.objects.create(
        office=ours, citation=word("document", FACTS), url=f"https://example.org/{word('url', FACTS)}"
    )
    Citation.objects.create(fact=found["fact"], document=document, page=word("page", FACTS))
    found["animal"] = Animal.objects.create(
        **hidden, key=word("animalkey", OURS), species_key="tiger", names=text_of(en=word("animalname", OURS)),
        confidence="high",
    )  # fmt: skip
    found["event"] = Event.objects.create(
        **hidden, key=word("eventkey", FACTS), type="raid", names=text_of(en=word("eventname", FACTS)),
        start="2031", confidence="high",
    )  # fmt: skip
    found["issue"] = _hidden_issue(cast, canaries, found["event"])
    found["series"] = Series.objects.create(
        **hidden, key=word("serieskey", FACTS), names=text_of(en=word("seriesname", FACTS))
    )
    found["commitment"] = Commitment.objects.create(
        **hidden, key=word("commitmentkey", FACTS), event=Event.objects.get(key="event"),
        text=text_of(en=word("commitmenttext", FACTS)), body=text_of(en=word("commitmentbody", FACTS)),
    )  # fmt: skip
    LegalNotice.objects.create(
        office=ours, text=text_of(en=word("notice", PAGES)), valid_from=datetime.date(2190, 1, 1)
    )
    return found


def _hidden_issue(cast: Any, canaries: Canaries, event: Any) -> Any:
    """A draft with a story that nobody may see, and a reader whom nobody may know."""
    from amur.portal.newsletter.models import Delivery, Issue, IssueItem, Subscriber

    word = canaries.word
    issue = Issue.objects.create(
        office=cast.ours, year=2031, quarter=3, intro=text_of(en=word("issueintro", PAGES))
    )
    IssueItem.objects.create(
        issue=issue,
        sort_order=0,
        kind="event",
        target=event.uuid,
        heading=text_of(en=word("issueheading", PAGES)),
    )
    reader = Subscriber.objects.create(
        mark=hashlib.sha256(b"reader").hexdigest(), address=f"{word('reader')}@example.org", language="ru",
        office=cast.ours, state="confirmed",
    )  # fmt: skip
    delivery = Delivery.objects.create(issue=Issue.objects.get(number=67), subscriber=reader, state="sent")
    for text in (reader.token, reader.mark, delivery.token):
        canaries.secret(text)
    return issue


def _hidden_pages(homes: dict[str, Any], canaries: Canaries) -> None:
    from amur.portal.website.models import TextPage

    word = canaries.word
    draft = TextPage(
        title=word("draft", PAGES), slug=word("draftslug", PAGES), key="draft", locale=homes["ru"].locale,
        live=False, summary=word("draftsummary", PAGES), body=[("text", f"<p>{word('draftbody', PAGES)}</p>")],
    )  # fmt: skip
    homes["ru"].add_child(instance=draft)
    draft.save_revision()
    gone = TextPage(title=word("gone", PAGES), slug="gone", key="gone", locale=homes["ru"].locale)
    homes["ru"].add_child(instance=gone)
    gone.save_revision().publish()
    gone.unpublish()
    live = homes["ru"].get_children().get(slug="about").specific
    live.title = word("revision", PAGES)
    live.body = [("text", f"<p>{word('revisionbody', PAGES)}</p>")]
    live.save_revision()


def _hidden_run(cast: Any, canaries: Canaries) -> Any:
    from amur.portal.areas.exchange import store
    from amur.portal.runs.models import Run

    word = canaries.word
    kept = store.keep(f"{word('filename', OURS)}.csv", [f"name\n{word('upload')}\n".encode()])
    digest = hashlib.sha256(b"run of a canary").hexdigest()
    for text in (kept.sha256, kept.file.split(".")[0], digest):
        canaries.secret(text, {"auditor"})  # the log proves which file was taken over
    return Run.objects.create(
        kind="areas-import-preview", office=cast.ours, owner=cast.data_manager, state="done",
        parameters={"file": kept.file, "name": f"{word('filename', OURS)}.csv", "sha256": kept.sha256},
        inputs={"file": kept.sha256}, input_hash=digest, code_version="1",
        result={
            "name": word("resultname", OURS), "counts": {}, "rows": [], "rows_hidden": 0, "error_count": 0,
            "warning_count": 0, "is_accepted": True, "fingerprint": digest,
        },
        problems=[{"code": word("problem", OURS), "message": word("message", OURS)}],
        finished=timezone.now(),
    )  # fmt: skip
