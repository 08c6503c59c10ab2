"""Other files of camera-trap data, in and out, all through the tables of Camtrap DP.

`wildlife_insights.py`, `camtrapr.py`, `timelapse.py` and `coco.py` give a `Converted`; `detectors.py` reads
and writes the results of MegaDetector and SpeciesNet; `darwin_core.py` writes occurrences. What a format
cannot say is told in `losses`. Readers raise `FormatErrors` with file, row and column.
"""
