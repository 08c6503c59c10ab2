"""The files of Circuitscape 4 and 5: jobs as `.ini` or short TOML, rasters, lists, and results.

`read_job` gives checked `Settings`, `read_rasters` or `read_network` the inputs, `Writer` the results under
the same names that Circuitscape gives them. `settings.py` has the table of every key, `messages.py` the
sentences, `docs/circuits.md` the rules for planners.
"""

from __future__ import annotations

from pathlib import Path

from amur.formats.circuitscape.ini import read_ini
from amur.formats.circuitscape.inputs import RasterInputs, read_rasters
from amur.formats.circuitscape.lists import Pairs
from amur.formats.circuitscape.messages import WORDINGS
from amur.formats.circuitscape.network_inputs import NetworkInputs, read_network
from amur.formats.circuitscape.settings import KEYS, Settings
from amur.formats.circuitscape.toml import read_toml
from amur.formats.circuitscape.writer import Writer

__all__ = [
    "KEYS",
    "WORDINGS",
    "NetworkInputs",
    "Pairs",
    "RasterInputs",
    "Settings",
    "Writer",
    "read_job",
    "read_network",
    "read_rasters",
]


def read_job(path: Path, output: Path | None = None) -> Settings:
    """Read a job, TOML by its suffix and else `.ini`; `output` replaces the folder of the results.

    Raises `FormatErrors` with every problem of the file.
    """
    path = Path(path)
    return read_toml(path, output) if path.suffix.lower() == ".toml" else read_ini(path, output)
