"""Processes that write at the same time make one unbroken chain, on SQLite and on PostgreSQL."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

PROCESSES, CHANGES = 2, 30

SETUP = "import django; django.setup()\n"
MIGRATE = (
    SETUP + "from django.core.management import call_command; call_command('migrate', 'audit', verbosity=0)"
)
WRITE = (
    SETUP
    + """
import sys, uuid
from django.db import transaction
from amur.portal.audit.actions import batch, record
me = sys.argv[1]
for number in range(int(sys.argv[2])):
    if number % 5 == 4:
        with batch():
            record("test.a", object_key=f"{me}-{number}", office=uuid.UUID(int=7))
            record("test.b", object_key=f"{me}-{number}")
    else:
        record("test.a", object_key=f"{me}-{number}", office=uuid.UUID(int=7))
"""
)
VERIFY = SETUP + "import sys; from amur.portal.audit.cli import verify_command; sys.exit(verify_command())"
COUNT = (
    SETUP
    + "from amur.portal.audit.models import AuditEntry as Entry\n"
    + "print(Entry.objects.filter(action='test.a').count())"
)


def python(code: str, environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[str], expected: int = 0) -> str:
    out, errors = process.communicate(timeout=300)
    assert process.returncode == expected, out + errors
    return out


def environment_of(folder: Path, url: str = "") -> dict[str, str]:
    return os.environ | {
        "AMUR_DATA": str(folder),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "amur.portal.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


def write_together(environment: dict[str, str]) -> None:
    writers = [python(WRITE, environment, f"writer{number}", str(CHANGES)) for number in range(PROCESSES)]
    for writer in writers:
        finish(writer)


def test_processes_that_write_to_one_sqlite_file_make_one_chain(tmp_path):
    environment = environment_of(tmp_path)
    finish(python(MIGRATE, environment))
    write_together(environment)
    assert "The log is intact" in finish(python(VERIFY, environment))
    assert int(finish(python(COUNT, environment))) == PROCESSES * CHANGES


def test_a_writer_that_is_killed_leaves_an_unbroken_chain(tmp_path):
    environment = environment_of(tmp_path)
    finish(python(MIGRATE, environment))
    endless = python(WRITE, environment, "killed", "100000")
    file = sqlite3.connect(tmp_path / "amur.sqlite3")
    while file.execute("SELECT count(*) FROM audit_auditentry").fetchone()[0] < 5:
        assert endless.poll() is None
        time.sleep(0.05)
    endless.kill()
    endless.communicate()
    finish(python(WRITE, environment, "next", "5"))
    assert "The log is intact" in finish(python(VERIFY, environment))


@pytest.mark.postgis
@pytest.mark.django_db(transaction=True)
def test_processes_that_write_to_one_postgresql_database_make_one_chain(tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("needs DATABASE_URL with a PostgreSQL server")
    parts = connection.settings_dict
    name = "audit_writers"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    user, password, host, port = parts["USER"], parts["PASSWORD"], parts["HOST"], parts["PORT"]
    environment = environment_of(tmp_path, f"postgis://{user}:{password}@{host}:{port}/{name}")
    try:
        finish(python(MIGRATE, environment))
        write_together(environment)
        assert "The log is intact" in finish(python(VERIFY, environment))
        assert int(finish(python(COUNT, environment))) == PROCESSES * CHANGES
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
