"""Surveys on the disk: `<data>/population/<SHA-256>.json.gz`, one document with all places of a survey.

A name is the hash of the content, so a file is never changed; it is written under a temporary name, brought
to the disk and then renamed. Nothing but runs and the pages of the own office reads here.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.conf import settings

from amur.formats.files import replacing
from amur.science.capture import Captures, Detectors, Mask, Session, Survey

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Gone(Exception):
    """The file of a survey is missing or damaged."""


def folder() -> Path:
    """Where the surveys lie; made when it is missing, closed to others."""
    place = Path(settings.AMUR_DATA) / "population"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path_of(sha256: str) -> Path:
    """The path of a survey. Raises ValueError for what is no hash."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(sha256)
    return folder() / f"{sha256}.json.gz"


def keep(survey: Survey) -> str:
    """Store a survey; returns the SHA-256 of its file. The same survey is there once. Raises OSError."""
    document = {"version": 1, "sessions": [_packed(session) for session in survey.sessions]}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    content = gzip.compress(text.encode(), mtime=0)
    sha256 = hashlib.sha256(content).hexdigest()
    with replacing(path_of(sha256)) as temporary:
        temporary.write_bytes(content)
    return sha256


def read(sha256: str) -> Survey:
    """A stored survey. Raises `Gone`."""
    try:
        content = path_of(sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Gone(sha256)
        document = json.loads(gzip.decompress(content))
    except (OSError, EOFError, ValueError) as error:
        raise Gone(sha256) from error
    return Survey(tuple(_unpacked(one) for one in document["sessions"]))


def _packed(session: Session) -> dict[str, Any]:
    detectors, captures, mask = session.detectors, session.captures, session.mask
    return {
        "name": session.name,
        "kind": detectors.kind,
        "positions": detectors.positions.tolist(),
        "effort": detectors.effort.tolist(),
        "detector_covariates": _columns(detectors.covariates),
        "individual": captures.individual.tolist(),
        "occasion": captures.occasion.tolist(),
        "detector": captures.detector.tolist(),
        "count": captures.count.tolist(),
        "ids": list(captures.ids),
        "individual_covariates": _columns(captures.covariates),
        "removed": None if captures.removed is None else captures.removed.tolist(),
        "points": mask.points.tolist(),
        "cell_area": mask.cell_area,
        "mask_covariates": _columns(mask.covariates),
    }


def _unpacked(one: Mapping[str, Any]) -> Session:
    def whole(name: str) -> Any:
        return np.array(one[name], dtype=np.int64)

    detectors = Detectors(
        np.array(one["positions"], dtype=float).reshape(-1, 2),
        np.array(one["effort"], dtype=float),
        one["kind"],
        _arrays(one["detector_covariates"]),
    )
    captures = Captures(
        whole("individual"),
        whole("occasion"),
        whole("detector"),
        whole("count"),
        tuple(one["ids"]),
        _arrays(one["individual_covariates"]),
        None if one["removed"] is None else whole("removed"),
    )
    mask = Mask(np.array(one["points"], dtype=float), one["cell_area"], _arrays(one["mask_covariates"]))
    return Session(one["name"], detectors, captures, mask)


def _columns(covariates: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Columns as lists; what is no number is null."""
    return {
        name: [None if value != value else value for value in np.asarray(values).tolist()]
        for name, values in covariates.items()
    }


def _arrays(columns: Mapping[str, list[Any]]) -> dict[str, np.ndarray[Any, Any]]:
    return {
        name: np.array(values)
        if any(isinstance(value, str) for value in values)
        else np.array([np.nan if value is None else value for value in values], dtype=float)
        for name, values in columns.items()
    }
