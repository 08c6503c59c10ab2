"""The released register as files in the WDPCA schema. Called by the pages and by `amur areas export`.

Only what is released is written, and the same register gives the same bytes.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from amur.formats.errors import FormatErrors
from amur.formats.wdpca import AreaRow, write
from amur.portal.areas.exchange.rows import AreaState, row_of
from amur.portal.operations.problems import Problem
from amur.portal.release.models import Released

Progress = Callable[[float, str], None]

HOLDS: Final = frozenset({"Point", "MultiPoint", "Polygon", "MultiPolygon"})
SHAPEFILE_BYTES: Final = 254


@dataclass(frozen=True, slots=True)
class Form:
    """A file format of the export."""

    suffix: str
    content_type: str


FORMS: Final[Mapping[str, Form]] = {
    "csv": Form(".csv", "text/csv; charset=utf-8"),
    "geojson": Form(".geojson", "application/geo+json"),
    "gpkg": Form(".gpkg", "application/geopackage+sqlite3"),
    "shp": Form(".zip", "application/zip"),
}


def rows_for(areas: Iterable[Released], form: str) -> list[AreaRow]:
    """The rows that a file of the form can hold, by key; areas without a point or boundary are left out."""
    states = [AreaState.released(area) for area in sorted(areas, key=lambda area: area.key)]
    rows = [
        row
        for state in states
        if state.geometry is not None and state.geometry.geom_type in HOLDS and (row := row_of(state))
    ]
    return [_shortened(row) for row in rows] if form == "shp" else rows


def as_download(areas: Iterable[Released], form: str) -> HttpResponse:
    """The areas as a file for the browser. Raises KeyError for an unknown form."""
    chosen = FORMS[form]
    rows = rows_for(areas, form)
    if not rows:
        return _words(_("None of the chosen areas has a position, and the format needs one."), 404)
    try:
        content = _content(rows, chosen)
    except FormatErrors as problems:
        return _words(str(problems), 409)
    response = HttpResponse(content, content_type=chosen.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="amur-areas{chosen.suffix}"'
    return response


def export_file(path: Path, progress: Progress) -> int:
    """Write the whole released register; returns how many areas the file holds.

    The suffix of `path` chooses the format. Raises Problem for another suffix, and when there is
    nothing to write.
    """
    from amur.portal.areas.queries import register

    form = next((name for name, one in FORMS.items() if one.suffix == path.suffix.casefold()), None)
    if form is None:
        known = ", ".join(one.suffix for one in FORMS.values())
        raise Problem(
            _("{file}: the ending names no format. Write one of: {known}").format(file=path, known=known)
        )
    rows = rows_for(register(), form)
    if not rows:
        raise Problem(_("The register holds no released area with a position, so there is nothing to write."))
    try:
        write(path, rows, progress=lambda share, _sentence: progress(share, _("Writing the file")))
    except FormatErrors as problems:
        raise Problem(str(problems)) from problems
    return len(rows)


def _content(rows: Sequence[AreaRow], form: Form) -> bytes:
    with tempfile.TemporaryDirectory(prefix="areas-") as folder:
        file = Path(folder) / f"amur-areas{form.suffix}"
        write(file, rows)
        return file.read_bytes()


def _words(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def _shortened(row: AreaRow) -> AreaRow:
    """The row without our own columns that a Shapefile cannot hold; cutting a text would falsify it."""
    fits = {name: text for name, text in row.extra.items() if len(text.encode()) <= SHAPEFILE_BYTES}
    return replace(row, extra=fits)
