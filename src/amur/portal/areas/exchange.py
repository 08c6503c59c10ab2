"""Import and export of the register in the WDPCA schema."""

from collections.abc import Iterable

from django.http import HttpResponse

from amur.portal.release.models import Released

FORMS = {"csv": "text/csv"}


def as_download(rows: Iterable[Released], form: str) -> HttpResponse:
    raise NotImplementedError
