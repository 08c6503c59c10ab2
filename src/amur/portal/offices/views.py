"""Public pages of the offices: who keeps this centre, and their logos."""

import datetime
import uuid as uuids
import zoneinfo

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from amur.portal.offices.models import Office, OfficeName
from amur.portal.release.queries import released
from amur.portal.website.middleware import public
from amur.portal.website.shell import addresses, show


@public
def offices(request: HttpRequest) -> HttpResponse:
    """The offices with their towns, time zones and the languages they keep."""
    rows = list(released("office"))
    return show(
        request,
        "offices/offices.html",
        title=_("Offices"),
        description=_("The offices that keep this centre together, and the languages each of them keeps"),
        section="offices",
        links=addresses("offices"),
        offices=[(row, _offset(row.fields["time_zone"])) for row in rows],
    )


def logo(request: HttpRequest, uuid: uuids.UUID) -> FileResponse:
    """An office's logo, of today or of its time, as it was redrawn at its upload."""
    former = OfficeName.objects.exclude(logo="").filter(uuid=uuid).first()
    found = former or get_object_or_404(Office.objects.exclude(logo=""), uuid=uuid)
    return FileResponse(
        found.logo.open("rb"), content_type="image/png", headers={"Cache-Control": "public, max-age=3600"}
    )


def _offset(zone: str) -> str:
    """The zone's present difference to UTC, such as UTC+10."""
    difference = timezone.now().astimezone(zoneinfo.ZoneInfo(zone)).utcoffset() or datetime.timedelta()
    minutes = round(difference.total_seconds() / 60)
    return f"UTC{minutes // 60:+d}" + (f":{minutes % 60:02d}" if minutes % 60 else "")
