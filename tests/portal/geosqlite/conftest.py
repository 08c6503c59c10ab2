"""Databases for the tests of geosqlite: own connections beside those of the settings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.utils.module_loading import import_string

SQLITE = "geosqlite_tests"
POSTGIS = "geosqlite_postgis"
URL = re.compile(
    r"postgres(?:ql)?://(?P<user>[^@:]+)(?::(?P<password>[^@]*))?@(?P<host>[^:/]+):(?P<port>\d+)/(?P<name>\S+)"
)


def open_connection(alias: str, settings: dict[str, Any]) -> Any:
    """A connection under ``alias`` that Django's managers find with ``using(alias)``."""
    complete = connections.configure_settings({"default": {}, alias: settings})[alias]
    wrapper = import_string(settings["ENGINE"] + ".base.DatabaseWrapper")(complete, alias)
    connections[alias] = wrapper
    return wrapper


def close_connection(alias: str) -> None:
    connections[alias].close()
    del connections[alias]


def make_tables(connection: Any) -> None:
    from geosqlite_models import MODELS

    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)


@pytest.fixture
def sqlite(tmp_path: Any, django_db_blocker: Any) -> Iterator[Any]:
    """A new SQLite file with the test tables."""
    with django_db_blocker.unblock():
        connection = open_connection(
            SQLITE,
            {
                "ENGINE": "amur.portal.geosqlite",
                "NAME": tmp_path / "geo.sqlite3",
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"},
            },
        )
        make_tables(connection)
        yield connection
        close_connection(SQLITE)


@pytest.fixture
def postgis(django_db_blocker: Any) -> Iterator[Any]:
    """The test tables in a schema of their own on the server of AMUR_POSTGIS_URL."""
    match = URL.fullmatch(os.environ.get("AMUR_POSTGIS_URL", ""))
    if match is None:
        pytest.skip(
            "AMUR_POSTGIS_URL is not set to postgres://user@host:port/db; .ci/postgres start gives one"
        )
    schema = f"geosqlite_{os.getpid()}"
    with django_db_blocker.unblock():
        connection = open_connection(
            POSTGIS,
            {
                "ENGINE": "django.contrib.gis.db.backends.postgis",
                "NAME": match["name"],
                "USER": match["user"],
                "PASSWORD": match["password"] or "",
                "HOST": match["host"],
                "PORT": match["port"],
                # Without its index, PostGIS answers by its functions; its index also finds empty
                # geometries, by chance of what a NaN compares to.
                "OPTIONS": {
                    "options": f"-c search_path={schema},public "
                    "-c enable_indexscan=off -c enable_bitmapscan=off"
                },
            },
        )
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            cursor.execute(f"CREATE SCHEMA {schema}")
        make_tables(connection)
        yield connection
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {schema} CASCADE")
        close_connection(POSTGIS)
