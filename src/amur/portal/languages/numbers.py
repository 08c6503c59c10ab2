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


def significant(value: float | None, language: Language, digits: int = 3) -> str:
    """A number with so many significant digits, as the language writes it; a dash for none.

    >>> significant(0.0012345, "en"), significant(12345.6, "en"), significant(None, "en")
    ('0.00123', '12,300', '–')
    """
    if value is None:
        return "–"
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits}g}")
    exponent = int(f"{abs(rounded):e}".partition("e")[2])
    return number(rounded, language, max(digits - 1 - exponent, 0))
