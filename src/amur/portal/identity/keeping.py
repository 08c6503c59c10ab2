"""Galleries kept between runs: `<data>/identity/galleries/<office>/<species>/`, brought up to the rows.

Only what changed is added, taken out or renamed. One process at a time works on a gallery; a damaged one is
built anew from the features.
"""

import fcntl
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from amur.formats import galleries as stored
from amur.portal.offices.models import Office
from amur.science.stripes import Entry, Gallery


def folder_of(office: Office, species: str) -> Path:
    """Where a gallery is kept; closed to others."""
    place = Path(settings.AMUR_DATA) / "identity" / "galleries" / str(office.uuid)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place / species.replace(" ", "-").lower()


@contextmanager
def alone(office: Office, species: str) -> Iterator[Path]:
    """Be the only one who works on a gallery; gives its folder."""
    place = folder_of(office, species)
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def kept(place: Path) -> Gallery:
    """The gallery of a folder; an empty one where there is none, or none that can be read."""
    try:
        return stored.load(place)
    except ValueError:
        shutil.rmtree(place, ignore_errors=True)
        return Gallery()


def outdated(gallery: Gallery, wanted: Mapping[str, Entry]) -> list[str]:
    """The pictures that have to be taken out: gone, on another side now, of another encounter or station."""

    def place(entry: Entry) -> tuple[str, str, str | None]:
        return entry.side, entry.encounter, entry.station

    return [
        entry.picture
        for entry in gallery.entries
        if entry.picture not in wanted or place(wanted[entry.picture]) != place(entry)
    ]
