"""Camtrap DP, the exchange format of camera-trap data: packages are checked, read and written without loss.

`read_package` gives a `Package` or raises `FormatErrors` with every error; `check_package` lists errors and
warnings; `write_package` writes. `schema.py` has the tables of the standard as data, `checking.py` and
`metadata.py` the checks, `older.py` the way from version 0.1.6, `messages.py` the sentences.
"""

from __future__ import annotations

from amur.formats.camtrapdp.messages import WORDINGS, Problems
from amur.formats.camtrapdp.package import Checked, Package, check_package, read_package
from amur.formats.camtrapdp.table import Table
from amur.formats.camtrapdp.writing import write_package

__all__ = [
    "WORDINGS",
    "Checked",
    "Package",
    "Problems",
    "Table",
    "check_package",
    "read_package",
    "write_package",
]
