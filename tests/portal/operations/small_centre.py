"""A small data folder, as `amur prepare` leaves it, made without Django so that these tests are quick."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

ROWS = 2_000


def make_centre(folder: Path) -> Path:
    """A database with an index of places and two ledgers that must always agree, media, keys and caches."""
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "amur.sqlite3")) as database:
        database.executescript(
            """
            PRAGMA journal_mode = WAL;
            CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT);
            INSERT INTO django_migrations (app, name) VALUES ('areas', '0001_initial');
            CREATE TABLE area (id INTEGER PRIMARY KEY, name TEXT, shape BLOB, CHECK (id > 0));
            CREATE VIRTUAL TABLE area_place USING rtree (id, west, east, south, north);
            CREATE TABLE debit (id INTEGER PRIMARY KEY, amount INTEGER);
            CREATE TABLE credit (id INTEGER PRIMARY KEY, amount INTEGER);
            """
        )
        shapes = [(n, f"Заповедник {n} 保护区", hashlib.sha256(bytes(n)).digest()) for n in range(1, ROWS)]
        database.executemany("INSERT INTO area VALUES (?, ?, ?)", shapes)
        database.executemany(
            "INSERT INTO area_place VALUES (?, ?, ?, ?, ?)",
            [(n, n / 100, n / 100 + 1, n / 50, n / 50 + 1) for n in range(1, ROWS)],
        )
        database.commit()
    (folder / "media" / "photos").mkdir(parents=True)
    (folder / "media" / "photos" / "тигр.webp").write_bytes(bytes(range(256)) * 400)
    (folder / "media" / "empty.txt").write_bytes(b"")
    (folder / "secret.key").write_text("secret")
    (folder / "secret.key").chmod(0o600)
    (folder / "static").mkdir()
    (folder / "static" / "site.css").write_text("body {}")
    (folder / "prepared.json").write_text("{}")
    return folder


def rows_of(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(f"file:{folder / 'amur.sqlite3'}?mode=ro", uri=True)) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(database.execute(f'SELECT * FROM "{name}"')) for name in names}  # noqa: S608


def files_of(folder: Path) -> dict[str, tuple[str, int]]:
    """Hash and permissions of every file that only this folder has."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mode & 0o777,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.name.startswith("amur.sqlite3")
        and path.relative_to(folder).parts[0] not in {"static", "prepared.json", "in-use.lock"}
    }
