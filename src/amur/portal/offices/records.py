"""How offices become records for the gate: their public address, as exact as their town."""

from amur.disclosure import Place, Record
from amur.portal.offices.models import Office
from amur.portal.release.registry import Adapter, Draft, citations


def office_draft(office: Office) -> Draft:
    """An office as everybody may find it."""
    placed = office.longitude is not None and office.latitude is not None
    return Draft(
        record=Record(
            kind="office",
            id=office.uuid,
            owner=office.key,
            place=Place(office.longitude, office.latitude, uncertainty_m=10_000) if placed else None,
            fields={
                "name": office.names.to_json(),
                "city": office.city.to_json(),
                "country": office.country,
                "time_zone": office.time_zone,
                "languages": list(office.languages),
                "logo": bool(office.logo),
                "confidence": office.confidence or None,
                "sources": citations(office.sources),
            },
            published=True,
        ),
        key=office.key,
        sort=office.key,
    )


OFFICES = Adapter(kind="office", model=Office, draft=office_draft, rows=Office.objects.all)
