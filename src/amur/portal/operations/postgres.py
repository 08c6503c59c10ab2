"""PostgreSQL's own programs for backup and restore. Called by `backup` and `restore`."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from amur.portal.operations.problems import Problem, _

NO_OWNERS: Final = ("--no-owner", "--no-privileges")


def dump(url: str, target: Path) -> None:
    """Write the database at `url` to a file as one consistent state. Raises Problem with the reason."""
    _run("pg_dump", url, ["--format=custom", *NO_OWNERS, f"--file={target}"])


def load(url: str, source: Path) -> None:
    """Fill the empty database at `url` from a file, or not at all. Raises Problem when not empty."""
    import psycopg

    with psycopg.connect(plain(url)) as database:
        row = database.execute("SELECT to_regclass('django_migrations')").fetchone()
    if row and row[0]:
        raise Problem(_("The database of DATABASE_URL is not empty. Make a new one with createdb."))
    _run("pg_restore", url, ["--single-transaction", "--exit-on-error", *NO_OWNERS, str(source)])


def plain(url: str) -> str:
    """The address as PostgreSQL's own library knows it.

    >>> plain("postgis://me@db.example/amur")
    'postgresql://me@db.example/amur'
    """
    return urlunsplit(urlsplit(url)._replace(scheme="postgresql"))


def without_password(url: str) -> tuple[str, str]:
    """The address without its password, and the password: other users see what stands on a command line.

    >>> without_password("postgis://me:se%40cret@db.example:5433/amur")
    ('postgresql://me@db.example:5433/amur', 'se@cret')
    """
    parts = urlsplit(url)
    user, colon, password = parts.netloc.rpartition("@")[0].partition(":")
    netloc = f"{user}@{parts.netloc.rpartition('@')[2]}" if colon else parts.netloc
    return plain(urlunsplit(parts._replace(netloc=netloc))), unquote(password)


def _run(program: str, url: str, options: Sequence[str]) -> None:
    found = shutil.which(program)
    if found is None:
        raise Problem(
            _("{program} is missing. Install it with: apt-get install postgresql-client").format(
                program=program
            )
        )
    address, password = without_password(url)
    secret = {"PGPASSWORD": password} if password else {}
    done = subprocess.run(  # noqa: S603  # no shell; the options are ours
        [found, f"--dbname={address}", *options],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Problem(
            _("{program} failed: {reason}").format(program=program, reason=done.stderr.strip()[-500:])
        )
