"""What the job files of connectivity programs have in common: keys, values, tables, rasters that match.

Circuitscape and Omniscape share their `.ini`, their habits of naming files and their text tables; the folders
`circuitscape` and `omniscape` beside this one hold what each of them means. `messages.py` has the sentences.
"""

from __future__ import annotations

from amur.formats.jobs.entries import Entry, Key, name_unknown, read_entries, read_words
from amur.formats.jobs.messages import WORDINGS, problem
from amur.formats.jobs.reading import Reading
from amur.formats.jobs.tables import read_table
from amur.formats.jobs.values import Values

__all__ = [
    "WORDINGS",
    "Entry",
    "Key",
    "Reading",
    "Values",
    "name_unknown",
    "problem",
    "read_entries",
    "read_table",
    "read_words",
]
