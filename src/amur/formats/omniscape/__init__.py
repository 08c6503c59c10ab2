"""The files of Omniscape: jobs as `.ini` or short TOML, rasters, a table of classes, and results.

`read_job` gives checked `Settings`, `read_inputs` the rasters, `Writer` the results under the names that
Omniscape gives them. `settings.py` has the table of every key, `messages.py` the sentences,
`docs/omnidirectional.md` the rules for planners.
"""

from __future__ import annotations

from pathlib import Path

from amur.formats.omniscape.ini import read_ini
from amur.formats.omniscape.inputs import Inputs, read_inputs
from amur.formats.omniscape.messages import WORDINGS
from amur.formats.omniscape.settings import KEYS, ConditionFiles, Settings
from amur.formats.omniscape.toml import read_toml
from amur.formats.omniscape.writer import Writer

__all__ = [
    "KEYS",
    "WORDINGS",
    "ConditionFiles",
    "Inputs",
    "Settings",
    "Writer",
    "read_inputs",
    "read_job",
]


def read_job(path: Path, output: Path | None = None) -> Settings:
    """Read a job, TOML by its suffix and else `.ini`; `output` replaces the folder of the results.

    Raises `FormatErrors` with every problem of the file.
    """
    path = Path(path)
    return read_toml(path, output) if path.suffix.lower() == ".toml" else read_ini(path, output)
