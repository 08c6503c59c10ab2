"""Own connections for the tests of geosqlite, beside those of the settings."""

from __future__ import annotations

import re
from typing import Any

from django.db import connections
from django.utils.module_loading import import_string

SQLITE = "geosqlite_tests"
OTHER = "geosqlite_other"
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


def open_sqlite(alias: str, file: Any) -> Any:
    """A geosqlite file as the portal opens it."""
    options = {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"}
    return open_connection(alias, {"ENGINE": "amur.portal.geosqlite", "NAME": file, "OPTIONS": options})


def close_connection(alias: str) -> None:
    """Close and forget."""
    connections[alias].close()
    del connections[alias]


def make_tables(connection: Any) -> None:
    """The tables of ``geosqlite_models``."""
    from geosqlite_models import MODELS

    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
