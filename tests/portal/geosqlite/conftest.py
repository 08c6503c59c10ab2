"""Databases for the tests of geosqlite."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from geosqlite_databases import (
    OTHER,
    POSTGIS,
    SQLITE,
    URL,
    close_connection,
    make_tables,
    open_connection,
    open_sqlite,
)


@pytest.fixture
def sqlite(tmp_path: Any, django_db_blocker: Any) -> Iterator[Any]:
    """A new SQLite file with the test tables."""
    with django_db_blocker.unblock():
        connection = open_sqlite(SQLITE, tmp_path / "geo.sqlite3")
        make_tables(connection)
        yield connection
        close_connection(SQLITE)


@pytest.fixture
def other(tmp_path: Any, sqlite: Any) -> Iterator[Any]:
    """A second SQLite file with the test tables."""
    connection = open_sqlite(OTHER, tmp_path / "other.sqlite3")
    make_tables(connection)
    yield connection
    close_connection(OTHER)


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
