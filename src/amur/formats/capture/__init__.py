"""The text files of capture-recapture as secr has them: detectors, captures, masks.

`read_survey` reads the files of a survey, holds them against one another and gives a `Survey` or raises
`FormatErrors` with every problem. `traps.py`, `polygons.py`, `captures.py` and `masks.py` read one file each,
`checking.py` has the rules between them, `messages.py` the sentences, `docs/capture.md` those for analysts.
"""

from __future__ import annotations

from amur.formats.capture.masks import mask_around, read_mask
from amur.formats.capture.messages import WORDINGS, Problems
from amur.formats.capture.survey import Read, Sources, read_survey

__all__ = ["WORDINGS", "Problems", "Read", "Sources", "mask_around", "read_mask", "read_survey"]
