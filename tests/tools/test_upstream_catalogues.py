"""What the catalogues for installed packages promise: nothing in the admin shows in the wrong language."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import polib
import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]


def _load() -> ModuleType:
    """The tool is a script outside the package, so it is loaded from its file."""
    spec = importlib.util.spec_from_file_location(
        "upstream_catalogues", ROOT / "tools/upstream_catalogues.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


tool = _load()


def entry(original: str, *translated: str, plural: str = "", flags: tuple[str, ...] = ()) -> polib.POEntry:
    """A message with its translation, as a catalogue would hold it."""
    if plural:
        return polib.POEntry(
            msgid=original, msgid_plural=plural, msgstr_plural=dict(enumerate(translated)), flags=list(flags)
        )
    return polib.POEntry(msgid=original, msgstr=translated[0], flags=list(flags))


@pytest.mark.parametrize("language", tool.LANGUAGES)
@pytest.mark.parametrize("domain", tool.DOMAINS)
def test_every_message_of_the_watched_packages_is_translated(language: str, domain: str) -> None:
    assert list(tool.problems(language, domain)) == []


def test_every_installed_app_that_ships_catalogues_is_watched() -> None:
    shipping = {
        config.name
        for config in apps.get_app_configs()
        if not config.name.startswith("amur") and list(Path(config.path).glob("locale/*/LC_MESSAGES/*.po"))
    }
    assert shipping - set(tool.PACKAGES) == set()


def test_plural_rules_are_those_of_django_so_that_the_catalogues_merge() -> None:
    for path in sorted(tool.OVERRIDES.glob("*/LC_MESSAGES/*.po")):
        language = path.parent.parent.name
        assert polib.pofile(str(path)).metadata["Plural-Forms"] == tool._plural_rule(language), path


def test_extracting_again_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "upstream"
    shutil.copytree(tool.OVERRIDES, copy)
    monkeypatch.setattr(tool, "OVERRIDES", copy)
    for language in tool.LANGUAGES:
        for domain in tool.DOMAINS:
            assert tool.extract(language, domain) == 0
    for path in sorted(copy.rglob("*.po")):
        committed = ROOT / "locale" / "upstream" / path.relative_to(copy)
        assert path.read_text(encoding="utf-8") == committed.read_text(encoding="utf-8"), path.name


def test_a_missing_translation_fails_the_check_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "upstream"
    shutil.copytree(tool.OVERRIDES, copy)
    monkeypatch.setattr(tool, "OVERRIDES", copy)
    path = tool.override_path("mn", "django")
    catalogue = polib.pofile(str(path))
    catalogue.find("Locked by workflow").msgstr = ""
    catalogue.save(str(path))
    assert tool.main(["check"]) == 1
    output = capsys.readouterr()
    assert "mn django wagtail: 'Locked by workflow' has no translation" in output.out
    assert output.err == "Problems found: 1\n"


def test_a_correction_stays_only_while_the_package_says_what_it_replaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "upstream"
    shutil.copytree(tool.OVERRIDES, copy)
    monkeypatch.setattr(tool, "OVERRIDES", copy)
    path = tool.override_path("ru", "django")
    catalogue = polib.pofile(str(path))
    correction = catalogue.find("Skip to main content")
    assert (None, "Skip to main content") in tool.lacking("ru", "django")
    correction.tcomment = "instead of: something that the package no longer says"
    catalogue.save(str(path))
    assert (None, "Skip to main content") not in tool.lacking("ru", "django")
    tool.extract("ru", "django")
    assert polib.pofile(str(path)).find("Skip to main content") is None


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (entry("Copied from %(title)s", "Скопировано"), "has placeholders [] where ['%(title)s'] is right"),
        (entry("'{title}' is locked", "«{name}» закрыто"), "has placeholders ['{name}']"),
        (entry("Set password: %s", "Задать пароль: %d"), "has placeholders ['%d']"),
        (entry("a <b>bold</b> word", "<b>жирное слово"), "has other HTML tags"),
        (entry("Locale: ", "Язык:"), "starts or ends with other white space"),
        (entry("The %(name)s is locked", "Объект %(name)sзакрыт"), "lacks a space beside a placeholder"),
        (entry("Publish", "Опубликовать", flags=("fuzzy",)), "is marked fuzzy"),
        (entry("Publish", " "), "has no translation"),
        (entry("1 page", "1 страница", "2", "5", "", plural="%(n)s pages"), "has no translation"),
        # In Russian the first form also means 21 and 31, so it must carry the number.
        (
            entry(
                "1 page",
                "1 страница",
                "%(n)s страницы",
                "%(n)s страниц",
                "%(n)s страницы",
                plural="%(n)s pages",
            ),
            "has placeholders [] where ['%(n)s'] is right: '1 страница'",
        ),
    ],
)
def test_a_translation_that_would_show_wrongly_is_reported(broken: polib.POEntry, complaint: str) -> None:
    assert any(complaint in defect for defect in tool.defects(broken))


@pytest.mark.parametrize(
    "sound",
    [
        entry("%(count)s of {total}, 100%% sure", "{total} дотроос %(count)s, 100%% итгэлтэй"),
        entry("1 page", "нэг хуудас", "%(n)s хуудас", plural="%(n)s pages"),
        entry("please %(link)ssign in%(end)s.", "%(link)sвойдите%(end)s."),
        entry("The %(name)s is locked", "%(name)s已锁定"),
    ],
)
def test_a_sound_translation_passes(sound: polib.POEntry) -> None:
    assert tool.defects(sound) == []
