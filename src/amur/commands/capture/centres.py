"""Centres of activity of the individuals of a fit as CSV: places of animals, in no other output."""

from __future__ import annotations

import csv
from pathlib import Path

from amur.formats.files import replacing
from amur.science.capture import Fit
from amur.science.capture.derived import centres

TITLES = (
    "session",
    "individual",
    "mode_easting",
    "mode_northing",
    "mean_easting",
    "mean_northing",
    "radius_95",
)


def write_centres(path: Path, found: Fit) -> Path:
    """Write a row for each individual of each session, metres; the file is whole or not there."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TITLES)
        for number, session in enumerate(found.survey.sessions):
            for centre in centres(found, number):
                places = (*centre.mode, *centre.mean, centre.radius)
                writer.writerow([session.name, centre.individual, *(f"{value:.1f}" for value in places)])
    return path
