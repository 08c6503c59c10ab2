"""Tracks of GPS receivers from GPX, KML, KMZ, GeoJSON, GeoPackage and CSV: fixes as arrays."""

from __future__ import annotations

from amur.formats.tracks.reading import read_tracks
from amur.formats.tracks.track import Columns, Track, Tracks

__all__ = ["Columns", "Track", "Tracks", "read_tracks"]
