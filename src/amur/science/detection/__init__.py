"""Is there something on a picture of a fixed camera? An answer without learned weights, and how good it is.

`frames` makes pictures comparable, `background` knows what a station looks like, `finding` says what differs,
`judging` measures recall and false alarms against people. `scenes` draws stations that exist nowhere, for
tests and benchmarks. Called by the detector run of the portal and by `benchmarks/cameras_detection.py`.
"""

from amur.science.detection.background import Background, background_of, closest
from amur.science.detection.finding import Finding, find
from amur.science.detection.frames import Frame, prepare
from amur.science.detection.judging import Choice, choices, overlap, threshold_for

__all__ = [
    "Background",
    "Choice",
    "Finding",
    "Frame",
    "background_of",
    "choices",
    "closest",
    "find",
    "overlap",
    "prepare",
    "threshold_for",
]
