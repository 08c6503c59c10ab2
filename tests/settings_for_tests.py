"""The portal’s settings for tests: own data folder, quick password hashes, static files as they are."""

import atexit
import os
import shutil
import tempfile

if "AMUR_TEST_DATA" not in os.environ:  # the first process makes the folder, its workers make theirs inside
    os.environ["AMUR_TEST_DATA"] = tempfile.mkdtemp(prefix="amur-tests-")
    atexit.register(shutil.rmtree, os.environ["AMUR_TEST_DATA"], ignore_errors=True)
os.environ["AMUR_DATA"] = tempfile.mkdtemp(dir=os.environ["AMUR_TEST_DATA"])

from amur.portal.settings import *  # noqa: F403
from amur.portal.settings import DATABASES, STORAGES

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

if not os.environ.get("DATABASE_URL"):
    # Said outright: pytest-django knows only Django’s own backends and would make up a name for each worker.
    # The database in memory locks whole tables; who only reads, such as the server of a browser's test, need not.
    _OPTIONS = DATABASES["default"]["OPTIONS"]
    _OPTIONS = {**_OPTIONS, "init_command": f"{_OPTIONS['init_command']} PRAGMA read_uncommitted=1;"}
    DATABASES = {"default": {**DATABASES["default"], "TEST": {"NAME": ":memory:"}, "OPTIONS": _OPTIONS}}
