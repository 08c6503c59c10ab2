"""The names of the four page trees inside Wagtail. Called by whoever makes or looks up trees."""

from amur.portal.languages.codes import Language


def home_slug(language: Language) -> str:
    """The slug of a language's home page; it never shows in an address.

    >>> home_slug("zh-hans")
    'home-zh-hans'
    """
    return f"home-{language}"
