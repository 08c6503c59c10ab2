"""Preparing: translations are compiled, a newer database and missing PostGIS are told."""

import gettext
import os
from pathlib import Path

import pytest

from amur.portal.operations import postgres
from amur.portal.operations.catalogues import compile_catalogues
from amur.portal.operations.problems import Problem

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: ru\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\\n"

msgctxt "animal"
msgid "tiger"
msgid_plural "tigers"
msgstr[0] "тигр"
msgstr[1] "тигра"
msgstr[2] "тигров"

#, fuzzy
msgid "leopard"
msgstr "барс?"
"""


def catalogue(folder: Path, text: str = CATALOGUE) -> Path:
    file = folder / "ru" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_catalogues_are_compiled_once_with_contexts_and_plurals(tmp_path: Path) -> None:
    file = catalogue(tmp_path)
    assert compile_catalogues([tmp_path]) == 1
    assert compile_catalogues([tmp_path]) == 0
    compiled = gettext.translation("django", tmp_path, languages=["ru"])
    assert compiled.npgettext("animal", "tiger", "tigers", 5) == "тигров"
    assert compiled.gettext("leopard") == "leopard"
    later = file.stat().st_mtime + 5
    os.utime(file, (later, later))
    assert compile_catalogues([tmp_path]) == 1


def test_a_broken_catalogue_is_named(tmp_path: Path) -> None:
    file = catalogue(tmp_path, 'msgid "a"\nnonsense\n')
    with pytest.raises(Problem, match=str(file)):
        compile_catalogues([tmp_path])
    assert not file.with_suffix(".mo").exists()


@pytest.mark.django_db
def test_a_database_of_a_newer_program_is_refused() -> None:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    from amur.portal.operations.prepare import check_database

    check_database()
    MigrationRecorder(connection).record_applied("areas", "9999_from_the_future")
    with pytest.raises(Problem, match=r"newer than this program .*areas\.9999_from_the_future"):
        check_database()


def test_passwords_do_not_reach_the_command_line() -> None:
    address, password = postgres.without_password(
        "postgis://me:se%40c:ret@db.example:5433/amur?sslmode=require"
    )
    assert address == "postgresql://me@db.example:5433/amur?sslmode=require"
    assert password == "se@c:ret"


def test_an_address_without_a_password_stays_as_it_is() -> None:
    assert postgres.without_password("postgres://me@db/amur") == ("postgresql://me@db/amur", "")
