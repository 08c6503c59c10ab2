"""Numbers as each language writes them (Unicode CLDR through Babel)."""

from babel.numbers import format_decimal

from amur.portal.languages.codes import Language
from amur.portal.languages.dates import BABEL_LOCALES


def number(value: float, language: Language, decimals: int = 2) -> str:
    """A number with the language's separators and at most so many decimals.

    >>> number(1234567.5, "en"), number(1234567.5, "ru")
    ('1,234,567.5', '1\\xa0234\\xa0567,5')
    """
    pattern = "#,##0." + "#" * decimals if decimals else "#,##0"
    return str(format_decimal(value, format=pattern, locale=BABEL_LOCALES[language]))
