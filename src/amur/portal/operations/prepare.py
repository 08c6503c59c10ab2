"""Making a data folder ready for this program: catalogues, tables, static files, map, demonstration content.

Every step may be cut off at any moment: what is done is found done the next time, the rest is done again.
Called by `amur prepare` and by `amur run` when the note of the last time no longer fits.
"""

import gzip
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from amur.portal.operations import data_folder
from amur.portal.operations.catalogues import compile_catalogues
from amur.portal.operations.data_folder import Prepared
from amur.portal.operations.problems import ROOT, Problem, _
from amur.portal.operations.progress import Progress, part

#: Formats that a transfer encoding makes smaller; pictures and fonts are packed already.
PACKABLE: Final = {".css", ".html", ".js", ".json", ".map", ".mjs", ".svg", ".txt", ".xml"}
MIN_PACKED_BYTES: Final = 1_024


def prepare(data: Path, *, demo: bool, progress: Progress) -> Prepared:
    """Bring the data folder and its database to this program's state; returns the note that is left there.

    Raises Problem for a folder, database or disk that cannot be used.
    """
    data_folder.require_writable(data)
    data_folder.require_space(data)
    busy = _("Another process is preparing {folder} right now. Wait until it is done.").format(folder=data)
    with data_folder.locked(data / data_folder.PREPARE, alone=True, otherwise=busy):
        known = data_folder.read_prepared(data)
        fingerprint = data_folder.fingerprint()
        progress(0.0, _("Translations"))
        compile_catalogues([ROOT / "locale"])
        progress(0.02, _("Program"))
        start_django()
        check_database()
        migrate(part(progress, 0.06, 0.53))
        load_glossary()
        collect_static(part(progress, 0.55, 0.65))
        draw_map(data, part(progress, 0.65, 0.75))
        accounts = known.accounts if known else ()
        if demo:
            accounts = load_demo(part(progress, 0.75, 0.97))
        build_search(part(progress, 0.97, 1.0))
        prepared = Prepared(
            fingerprint=fingerprint,
            migrations=data_folder.count_migrations(data),
            demo=demo or bool(known and known.demo),
            accounts=accounts,
        )
        data_folder.write_prepared(data, prepared)
    progress(1.0, _("Ready"))
    return prepared


def start_django() -> None:
    """Import the settings and every app."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.portal.settings")
    import django

    django.setup()


def check_database() -> None:
    """Raises Problem when the database does not answer, lacks PostGIS, or is newer than this program."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from django.db.utils import OperationalError

    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise Problem(_unreachable(error)) from error
    if connection.vendor == "postgresql":
        _require_postgis(connection)
    loader = MigrationLoader(connection)
    newest = dict(sorted(loader.disk_migrations))
    # A package may drop old migrations that are applied; only later ones than it knows speak of the future.
    unknown = sorted(
        f"{app}.{name}" for app, name in loader.applied_migrations if name > newest.get(app, "~")
    )
    if unknown:
        raise Problem(
            _(
                "The database is newer than this program (it has {migrations}). "
                "Start the newer program, or restore a backup made before the upgrade."
            ).format(migrations=", ".join(unknown[:3]))
        )


def _unreachable(error: Exception) -> str:
    address = urlsplit(os.environ.get("DATABASE_URL", ""))
    reason = str(error).strip().splitlines()[0]
    if not address.scheme:
        return _("The database cannot be opened: {reason}").format(reason=reason)
    return _(
        "DATABASE_URL: the database {name} at {host} does not answer ({reason}). "
        "Is PostgreSQL running there, and are name and password right?"
    ).format(name=address.path.lstrip("/"), host=address.hostname or "localhost", reason=reason)


def _require_postgis(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT installed_version FROM pg_available_extensions WHERE name = 'postgis'")
        row = cursor.fetchone()
        if row and row[0]:
            return
        name = connection.settings_dict["NAME"]
        if row is None:
            raise Problem(
                _(
                    "The PostgreSQL server lacks PostGIS. "
                    "Install it there with: apt-get install postgresql-15-postgis-3"
                )
            )
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            raise Problem(
                _(
                    "The database {name} lacks PostGIS. As administrator of the server run: "
                    "psql -d {name} -c 'CREATE EXTENSION postgis'"
                ).format(name=name)
            )


def migrate(progress: Progress) -> None:
    """Bring the tables to this program's state."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    stage = _("Database")
    progress(0.0, stage)
    if not plan:
        return
    counter = _Counter(lambda done: progress(min(done / len(plan), 1.0), stage))
    how: dict[str, Any] = {"interactive": False, "verbosity": 1, "stdout": counter, "no_color": True}
    # Wagtail's many changes of few tables first: each costs more when more tables hang on them.
    if any(one.app_label == "wagtailcore" for one, _backwards in plan):
        call_command("migrate", "wagtailcore", **how)
    call_command("migrate", **how)


def load_glossary() -> None:
    """Load the terms of the glossary that are not there yet, and list what is to be translated."""
    from amur.portal.audit.actor import acting
    from amur.portal.translations.actions import load_terms, rebuild

    with acting("system:prepare"):
        load_terms()
        rebuild()


class _Counter(io.StringIO):
    """Takes the output of `migrate` and counts the migrations in it."""

    def __init__(self, counted: Any) -> None:
        super().__init__()
        self._counted = counted
        self._done = 0

    def write(self, text: str, /) -> int:
        if text.lstrip().startswith("Applying"):
            self._done += 1
            self._counted(self._done)
        return len(text)


def collect_static(progress: Progress) -> None:
    """Gather scripts, styles and fonts under names that contain their hash, and pack them for transfer."""
    from django.conf import settings
    from django.core.management import call_command

    stage = _("Scripts, styles and fonts")
    progress(0.0, stage)
    call_command("collectstatic", interactive=False, verbosity=0)
    progress(0.6, stage)
    for file in _unpacked(Path(settings.STATIC_ROOT)):
        fresh = file.with_name(f"{file.name}.gz.new")
        fresh.write_bytes(gzip.compress(file.read_bytes(), compresslevel=6, mtime=0))
        fresh.replace(f"{file}.gz")
    progress(1.0, stage)


def _unpacked(root: Path) -> Iterator[Path]:
    for file in sorted(root.rglob("*")):
        if file.suffix in PACKABLE and file.is_file() and file.stat().st_size >= MIN_PACKED_BYTES:
            packed = Path(f"{file}.gz")
            if not packed.exists() or packed.stat().st_mtime_ns < file.stat().st_mtime_ns:
                yield file


def draw_map(data: Path, progress: Progress) -> None:
    """Make the basemap's tiles, which would else keep the map's first readers waiting."""
    from amur.portal.maps import atlas, basemap

    stage = _("Map")
    try:
        basemap.prebuild(data, lambda done, _tile: progress(done, stage))
    except atlas.AtlasMissing as error:
        raise Problem(str(error)) from error


def load_demo(progress: Progress) -> tuple[tuple[str, str], ...]:
    """Load the demonstration content that is not there yet; returns its accounts for the terminal."""
    from amur.portal.demo import accounts, loader

    loader.load(lambda done, stage: progress(done, _("Demonstration content")))
    accounts.password()
    return tuple(
        (name, f"{office}: {', '.join(str(role.label) for role in roles)}")
        for name, (office, roles) in accounts.ACCOUNTS.items()
    )


def build_search(progress: Progress) -> None:
    """Bring the index of the search to the present state: a new program may analyse texts otherwise."""
    from amur.portal.search.actions import rebuild

    rebuild(lambda done, _source: progress(done, _("Search")))


def open_site(data: Path) -> None:
    """Start Django for a command that works on a prepared data folder. Raises Problem when it is not."""
    if not data.is_dir() or data_folder.count_migrations(data) < 0:
        raise Problem(
            _("{folder} holds no information centre. Run first: amur prepare --data {folder}").format(
                folder=data
            )
        )
    data_folder.require_writable(data)
    start_django()
    check_database()
