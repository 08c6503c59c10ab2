"""Which animal is it? Individuals are told apart by their coats: stripes, rosettes, spots, scars.

A flank is cut from a picture (`chip_of`), described by local features (`features_of`) and looked up in a
`Gallery`, which answers with animals in order and with the places that agree. `Calibration` turns scores
into probabilities, `clusters` suggests who is who among animals without names, `Embeddings` hold vectors of
a learned network beside it. Nothing here decides: people do.

Called by `amur.portal` (identification) and by `amur stripes`. Method and limits: docs/stripes.md.
"""

from amur.science.stripes.calibration import Calibration, Decision, Outcome
from amur.science.stripes.chips import Box, Chip, Quality, Side, UnusablePicture, chip_of
from amur.science.stripes.clusters import Cluster, clusters
from amur.science.stripes.embeddings import Embeddings, fuse
from amur.science.stripes.features import Features, features_of, side_of
from amur.science.stripes.gallery import Gallery, Settings, may_be_compared
from amur.science.stripes.results import Candidate, Entry, Evidence, Ranking
from amur.science.stripes.views import turned_views

__all__ = [
    "Box",
    "Calibration",
    "Candidate",
    "Chip",
    "Cluster",
    "Decision",
    "Embeddings",
    "Entry",
    "Evidence",
    "Features",
    "Gallery",
    "Outcome",
    "Quality",
    "Ranking",
    "Settings",
    "Side",
    "UnusablePicture",
    "chip_of",
    "clusters",
    "features_of",
    "fuse",
    "may_be_compared",
    "side_of",
    "turned_views",
]
