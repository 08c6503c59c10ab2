"""Files of the numbers: a table as CSV, everything as JSON, the capture history as secr's text files."""

import io
import json
import tempfile
import zipfile
from pathlib import Path

from django.http import HttpResponse
from django.utils.text import slugify

from amur.formats.capture.writing import write_captures, write_traps
from amur.portal.surveys.capturing import NoPlaces, from_tables
from amur.portal.surveys.presenting import tables_of
from amur.portal.surveys.queries import Shown
from amur.portal.website.spreadsheets import table


def as_csv(shown: Shown, slug: str) -> HttpResponse | None:
    """A table by the slug of its name, None where there is none that may be seen; NA is empty."""
    for name, one in tables_of(shown).items():
        if slugify(name.replace(":", "-")) == slug:
            return table(f"{name_of(shown)}-{slug}.csv", one["columns"], one["rows"])
    return None


def as_json(shown: Shown) -> HttpResponse:
    """All fields and tables that may be seen."""
    tables = {
        name: {"columns": one["columns"], "rows": one["rows"]} for name, one in tables_of(shown).items()
    }
    document = {"uuid": str(shown.uuid), "key": shown.key, **shown.fields, "tables": tables}
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    return _attached(text.encode() + b"\n", "application/json; charset=utf-8", f"{name_of(shown)}.json")


def as_secr(shown: Shown) -> HttpResponse | None:
    """Detectors with effort and captures with sex as files of secr, in metres of a UTM zone.

    None where there is no capture history, or a station that met an animal has no place.
    """
    tables = tables_of(shown)
    if "captures" not in tables or not tables["captures"]["rows"]:
        return None
    try:
        captured = from_tables(tables)
    except NoPlaces:
        return None
    session = captured.session("survey", buffer=1000.0, columns=16)
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        names = [name.replace(" ", "_") for name in captured.stations]
        for path in (
            write_traps(Path(folder) / "traps.txt", session.detectors, names),
            write_captures(Path(folder) / "captures.txt", [session], names, ["sex"]),
        ):
            archive.write(path, path.name)
        archive.writestr("system.txt", f"{captured.crs}\n")
    return _attached(out.getvalue(), "application/zip", f"{name_of(shown)}-secr.zip")


def name_of(shown: Shown) -> str:
    """How the files of numbers begin; what is made up says so."""
    return f"simulated-{shown.key}" if shown.fields["simulated"] else shown.key


def _attached(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
