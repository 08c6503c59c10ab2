"""Least settings to run these tests without the portal:

PYTHONPATH=tests/portal/geosqlite pytest --ds=geosqlite_settings tests/portal/geosqlite
"""

from amur.portal.geosqlite.libraries import gdal_library, geos_library

GDAL_LIBRARY_PATH = gdal_library()
GEOS_LIBRARY_PATH = geos_library()
SECRET_KEY = "only for tests"
INSTALLED_APPS = ["django.contrib.gis"]
DATABASES = {"default": {"ENGINE": "amur.portal.geosqlite", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
