"""Networks that an office supplies: weights in ONNX with a manifest beside them, loaded from files alone.

`manifest` reads and checks what a network is, `inputs` and `outputs` speak the dialects of the known
families, `networks` runs them, `labels` says a species as finely as is sure and as it lives here. Nothing is
ever downloaded. Called by the detector run of the portal.
"""

from amur.formats.detectors.labels import roll_up
from amur.formats.detectors.manifest import Manifest, read_manifest
from amur.formats.detectors.networks import Classifier, Detector, Embedder, classifier, detector, embedder

__all__ = [
    "Classifier",
    "Detector",
    "Embedder",
    "Manifest",
    "classifier",
    "detector",
    "embedder",
    "read_manifest",
    "roll_up",
]
