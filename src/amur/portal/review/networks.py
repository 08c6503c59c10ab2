"""Networks of an office on the disk: taken in with their manifest, opened, taken away.

`<data>/networks/<uuid>/` holds the manifest, the weights and the labels as they came. Nothing is kept of
files that are refused.
"""

import shutil
import tempfile
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from amur.formats.detectors import Classifier, Detector, Manifest, classifier, detector, read_manifest
from amur.formats.detectors.messages import WORDINGS
from amur.formats.errors import FormatErrors, problem_of, shortened
from amur.portal.offices.models import Office
from amur.portal.review.models import Network

LIMIT_BYTES: Final = 1 << 30


class Known(Exception):
    """The office has these weights already."""


def folder() -> Path:
    """Where the networks lie; made when it is missing, closed to others."""
    place = Path(settings.AMUR_DATA) / "networks"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def take_in(office: Office, manifest: UploadedFile, others: Iterable[UploadedFile]) -> Network:
    """Keep a network after it has looked at an empty picture. Raises `FormatErrors` and `Known`."""
    made = uuid.uuid4()
    with tempfile.TemporaryDirectory(dir=folder(), prefix=".new-") as scratch:
        inside = Path(scratch) / "network"
        inside.mkdir(mode=0o700)
        for file in (manifest, *others):
            with (inside / _plain_name(file)).open("xb") as target:
                for part in file.chunks():
                    target.write(part)
        checked = read_manifest(inside / _plain_name(manifest))
        _tried(checked)
        try:
            with transaction.atomic():
                network = Network.objects.create(
                    uuid=made,
                    office=office,
                    name=checked.name,
                    task=checked.task,
                    licence=checked.licence,
                    source=checked.source,
                    sha256=checked.sha256,
                    manifest=_plain_name(manifest),
                )
                inside.rename(folder() / str(made))
        except IntegrityError as error:
            raise Known from error
    return network


def take_away(network: Network) -> None:
    """Forget a network. What it suggested stays, under its name."""
    place = folder() / str(network.uuid)
    network.delete()
    shutil.rmtree(place, ignore_errors=True)


def open_detector(network: Network) -> Detector:
    """The detector, its weights checked again. Raises `FormatErrors`."""
    return detector(_manifest(network))


def open_classifier(network: Network) -> Classifier:
    """The classifier; as `open_detector`."""
    return classifier(_manifest(network))


def _manifest(network: Network) -> Manifest:
    return read_manifest(folder() / str(network.uuid) / network.manifest)


def _plain_name(file: UploadedFile) -> str:
    name = Path(file.name or "").name
    if not name or name.startswith("."):
        raise FormatErrors([problem_of(WORDINGS, "weights-path", "", value=shortened(file.name or ""))], 1)
    return name


def _tried(manifest: Manifest) -> None:
    """Let a network look at a grey picture: whether its answers have the promised shape."""
    grey = np.full((240, 320, 3), 127, np.uint8)
    if manifest.task == "detector":
        detector(manifest).detect([grey])
    elif manifest.task == "classifier":
        classifier(manifest).classify([grey])
    else:
        wanted = "“detector” or “classifier”"
        wrong = problem_of(
            WORDINGS, "manifest-value", manifest.name, name="task", value=manifest.task, wanted=wanted
        )
        raise FormatErrors([wrong], 1)
