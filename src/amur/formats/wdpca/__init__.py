"""Protected areas in the WDPCA schema (successor of the WDPA): GeoPackage, Shapefile, GeoJSON, CSV.

`check` reads a file for a preview, `read` takes it or raises `FormatErrors`, `write` exports. The portal and
the command line call these three; everything else in this folder serves them. `columns.py` has the schema,
`messages.py` the sentences, `docs/formats-wdpca.md` the rules for data managers.

>>> import tempfile, shapely
>>> from pathlib import Path
>>> area = AreaRow(
...     site_type="PA", name_eng="Bastak Nature Reserve", desig_eng="Zapovednik", iucn_cat="Ia",
...     rep_area=1270.94, status="Designated", status_yr=1997, iso3="RUS",
...     geometry=shapely.Point(133.05, 48.98), extra={"name_mn": "Бастак"},
... )
>>> with tempfile.TemporaryDirectory() as folder:
...     file = Path(folder) / "areas.csv"
...     write(file, [area])
...     read(file, this_year=2026).areas == (area,)
True
"""

from amur.formats.wdpca.checking import check, read
from amur.formats.wdpca.columns import COLUMNS, EXTENSIONS
from amur.formats.wdpca.messages import WORDINGS
from amur.formats.wdpca.rows import AreaReport, AreaRow, Format, Limits, NumberedRow
from amur.formats.wdpca.writing import write

__all__ = [
    "COLUMNS",
    "EXTENSIONS",
    "WORDINGS",
    "AreaReport",
    "AreaRow",
    "Format",
    "Limits",
    "NumberedRow",
    "check",
    "read",
    "write",
]
