"""The portal's settings for tests: a data folder of their own, quick password hashes, no gathered static files."""

import atexit
import os
import shutil
import tempfile

if not os.environ.get("AMUR_TEST_DATA"):
    os.environ["AMUR_TEST_DATA"] = tempfile.mkdtemp(prefix="amur-tests-")
    atexit.register(shutil.rmtree, os.environ["AMUR_TEST_DATA"], ignore_errors=True)
os.environ["AMUR_DATA"] = os.environ["AMUR_TEST_DATA"]

from amur.portal.settings import *  # noqa: E402, F403
from amur.portal.settings import STORAGES  # noqa: E402

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
