"""The messages that installed packages leave untranslated, kept as catalogues of our own.

Django, Wagtail and their companions ship catalogues that are incomplete in some of our languages. What they
lack lives in ``locale/upstream/<language>/LC_MESSAGES/{django,djangojs}.po``, a folder that the settings list
last in ``LOCALE_PATHS``; only lacking messages are there, so a package that improves is never overruled.

A package's translation that is plainly false (the opposite of the original, say) is corrected there too: add
the message with the comment ``# instead of: <the package's text>``. It stays while the package says that.

Run from the repository root, by hand after an upgrade of packages, and by CI::

    python tools/upstream_catalogues.py extract   # add what is newly lacking, drop what packages now have
    python tools/upstream_catalogues.py check     # exit status 1 and a list when anything is wrong
    python tools/upstream_catalogues.py report    # per package and language: share covered before and after
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polib

OVERRIDES = Path(__file__).resolve().parent.parent / "locale" / "upstream"
LANGUAGES = ("ru", "zh_Hans", "mn")
DOMAINS = ("django", "djangojs")

#: Every package with catalogues whose messages can reach a page, in the order in which the files list them.
#: Each must translate its own messages: which others are installed beside it is not known here.
PACKAGES = (
    "django.conf",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.gis",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "wagtail",
    "wagtail.admin",
    "wagtail.contrib.simple_translation",
    "wagtail.locales",
    "wagtail.search",
    "wagtail.sites",
    "wagtail.snippets",
    "wagtail.users",
    "allauth",
    "django_filters",
    "taggit",
)

_INSTEAD = "instead of:"

#: Context and identifier: what gettext looks a message up by.
Key = tuple[str | None, str]

_PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[sdifr]|%[sdifr](?![a-zA-Z])|\{\w*\}")
_GLUED = re.compile(r"%\(\w+\)[sd](?=[а-яёөү])|(?<=[а-яёөү])%\(\w+\)[sd]", re.IGNORECASE)
_GLUED_ORIGINAL = re.compile(r"%\(\w+\)[sd](?=[a-z])|(?<=[a-z])%\(\w+\)[sd]", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*")


@dataclass(frozen=True)
class Source:
    """One message as a package's template has it, and the package that brings it."""

    package: str
    entry: polib.POEntry

    @property
    def key(self) -> Key:
        return self.entry.msgctxt, self.entry.msgid


@cache
def _locale_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(
            f"{package} is not installed in this environment; run ./run or ./test once to install it"
        )
    return Path(next(iter(spec.submodule_search_locations))) / "locale"


def _catalogue(package: str, language: str, domain: str) -> Path:
    return _locale_folder(package) / language / "LC_MESSAGES" / f"{domain}.po"


@cache
def _read(path: Path) -> polib.POFile:
    return polib.pofile(str(path))


def override_path(language: str, domain: str) -> Path:
    """Our own catalogue for a language and a domain; it need not exist (a language may lack nothing)."""
    return OVERRIDES / language / "LC_MESSAGES" / f"{domain}.po"


def _template_files(package: str, domain: str) -> list[Path]:
    """The English catalogue, or all of them for a package that ships no English one."""
    english = _catalogue(package, "en", domain)
    return (
        [english] if english.exists() else sorted(_locale_folder(package).glob(f"*/LC_MESSAGES/{domain}.po"))
    )


def templates(domain: str) -> Iterator[Source]:
    """Every live message of every installed package; a message of two packages comes twice."""
    for package in PACKAGES:
        seen: set[Key] = set()
        for path in _template_files(package, domain):
            for entry in _read(path):
                source = Source(package, entry)
                if not entry.obsolete and source.key not in seen:
                    seen.add(source.key)
                    yield source


def _strings(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders(text: str) -> frozenset[str]:
    """What a text expects to be filled in.

    >>> sorted(placeholders("%(count)d of {total}, 100%% of %s"))
    ['%(count)d', '%s', '{total}']
    """
    return frozenset(_PLACEHOLDER.findall(text.replace("%%", "")))


def _breakage(entry: polib.POEntry) -> list[str]:
    """Translations that fill in something else than the original does, or would unbalance the page."""
    found = []
    strings, original = _strings(entry), entry.msgid_plural or entry.msgid
    full = placeholders(original)
    for index, text in enumerate(strings):
        # The number may be spelled out only where a form means exactly one thing: the first of two forms.
        least = placeholders(entry.msgid) if len(strings) == 2 and index == 0 else full
        got = placeholders(text)
        if not least <= got <= full:
            found.append(f"has placeholders {sorted(got)} where {sorted(full)} is right: {text!r}")
        if sorted(_TAG.findall(text)) != sorted(_TAG.findall(original)):
            found.append(f"has other HTML tags than the original: {text!r}")
        if not set(_GLUED.findall(text)) <= set(_GLUED_ORIGINAL.findall(original)):
            found.append(f"lacks a space beside a placeholder: {text!r}")
    return found


def _margins(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def defects(entry: polib.POEntry) -> list[str]:
    """Why a message of ours would show wrongly or break the page; empty when it is sound."""
    if entry.fuzzy:
        return ["is marked fuzzy"]
    strings = _strings(entry)
    if not strings or not all(text.strip() for text in strings):
        return ["has no translation"]
    margins = _margins(entry.msgid)
    ragged = [text for text in strings if _margins(text) != margins]
    found = [f"starts or ends with other white space than the original: {text!r}" for text in ragged]
    return _breakage(entry) + found


def _usable(entry: polib.POEntry) -> bool:
    """A package's own translation counts unless it is absent, broken or still English in a plural form."""
    return (
        entry.translated() and entry.msgid_plural not in entry.msgstr_plural.values() and not _breakage(entry)
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


@cache
def _translations(package: str, language: str, domain: str) -> dict[Key, str]:
    """What a package translates well enough, plural forms joined by bars."""
    path = _catalogue(package, language, domain)
    return {
        (entry.msgctxt, entry.msgid): _one_line(" | ".join(_strings(entry)))
        for entry in (_read(path) if path.exists() else ())
        if _usable(entry)
    }


def _corrected(entry: polib.POEntry) -> str | None:
    """The package's text that a correction of ours replaces; None for a message that is merely lacking."""
    comment = _one_line(entry.tcomment)
    return comment.removeprefix(_INSTEAD).strip() if comment.startswith(_INSTEAD) else None


def lacking(language: str, domain: str) -> dict[Key, list[Source]]:
    """The messages that a package leaves untranslated (or that we correct), each with those packages."""
    corrections = {key: _corrected(entry) for key, entry in _own(language, domain).items()}
    found: dict[Key, list[Source]] = {}
    for source in templates(domain):
        text = _translations(source.package, language, domain).get(source.key)
        if text is None or text == corrections.get(source.key):
            found.setdefault(source.key, []).append(source)
    return found


def _own(language: str, domain: str) -> dict[Key, polib.POEntry]:
    path = override_path(language, domain)
    if not path.exists():
        return {}
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}


def _plural_rule(language: str) -> str:
    """Django's own rule: Django keeps one merged catalogue for each rule, so ours must be the same."""
    return str(_read(_catalogue("django.conf", language, "django")).metadata["Plural-Forms"])


def _entry(sources: list[Source], known: polib.POEntry | None, forms: int) -> polib.POEntry:
    first = sources[0].entry
    plural = any(source.entry.msgid_plural for source in sources)
    template = next((source.entry for source in sources if source.entry.msgid_plural), first)
    entry = polib.POEntry(
        msgctxt=first.msgctxt,
        msgid=first.msgid,
        msgid_plural=template.msgid_plural,
        comment="\n".join([", ".join(source.package for source in sources), *filter(None, [first.comment])]),
        # Line numbers would change with each release of a package; the file is what a translator needs.
        occurrences=sorted({(where, "") for source in sources for where, _ in source.entry.occurrences}),
        tcomment=_one_line(known.tcomment) if known else "",
        flags=sorted({flag for source in sources for flag in source.entry.flags} - {"fuzzy"}),
    )
    if plural:
        old = known.msgstr_plural if known else {}
        entry.msgstr_plural = {index: old.get(index, "") for index in range(forms)}
    else:
        entry.msgstr = known.msgstr if known else ""
    return entry


def extract(language: str, domain: str) -> int:
    """Write what is lacking into our catalogue, keeping old translations; returns how many are empty."""
    wanted, known = lacking(language, domain), _own(language, domain)
    path = override_path(language, domain)
    if not wanted:
        path.unlink(missing_ok=True)
        return 0
    rule = _plural_rule(language)
    forms = int(re.search(r"nplurals=(\d+)", rule)[1])  # type: ignore[index]  # Django's headers always have it
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.header = (
        "Messages that installed packages lack; kept up to date by tools/upstream_catalogues.py."
    )
    catalogue.metadata = {
        "Project-Id-Version": "amur-upstream",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": rule,
    }
    ordered = sorted(wanted, key=lambda key: (PACKAGES.index(wanted[key][0].package), key[1], key[0] or ""))
    catalogue.extend(_entry(wanted[key], known.get(key), forms) for key in ordered)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path), newline="\n")
    return sum(not entry.translated() for entry in catalogue)


def problems(language: str, domain: str) -> Iterator[str]:
    """Everything wrong with a language's coverage, one line each."""
    wanted, own = lacking(language, domain), _own(language, domain)
    for key, sources in wanted.items():
        label = f"{language} {domain} {sources[0].package}: {key[1]!r}"
        if key not in own:
            yield f"{label} is translated neither by the package nor in {override_path(language, domain)}"
        else:
            yield from (f"{label} {defect}" for defect in defects(own[key]))
    for key in own.keys() - wanted.keys():
        yield f"{language} {domain}: {key[1]!r} is no longer lacking; run extract to drop it"


def report() -> Iterator[str]:
    """A table: messages in each package, and the share that is covered without and with our catalogues."""
    for language in LANGUAGES:
        for domain in DOMAINS:
            gaps, own = lacking(language, domain), _own(language, domain)
            counts: dict[str, list[int]] = {}
            for source in templates(domain):
                row = counts.setdefault(source.package, [0, 0, 0])
                missing = source.key in gaps
                ours = missing and source.key in own and not defects(own[source.key])
                row[0] += 1
                row[1] += not missing
                row[2] += not missing or ours
            for package, (total, before, after) in counts.items():
                yield (
                    f"{language:8}{domain:9}{package:36}{total:5}"
                    f"{100 * before / total:7.1f} % {100 * after / total:7.1f} %"
                )


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("command", choices=("extract", "check", "report"))
    command = parser.parse_args(arguments).command
    if command == "report":
        print("\n".join(report()))
        return 0
    if command == "extract":
        for language in LANGUAGES:
            for domain in DOMAINS:
                print(f"{language} {domain}: {extract(language, domain)} messages wait for a translation")
        return 0
    found = [line for language in LANGUAGES for domain in DOMAINS for line in problems(language, domain)]
    print("\n".join(found) or "Every message of the installed packages is translated.")
    if found:
        print(f"Problems found: {len(found)}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
