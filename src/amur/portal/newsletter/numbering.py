"""The number of an issue follows from its quarter: 14 + the quarters since the fourth of 2009.

Called by `models`. The rule fits every issue that is known from mirrors of the older archive.
"""

from typing import Final

FIRST_YEAR: Final = 2006  # its third quarter would have the number 1
LAST_YEAR: Final = 2199


def number_of(year: int, quarter: int) -> int:
    """The number of the issue of a quarter, 1 to 4. Raises ValueError for another, and before No. 1.

    >>> number_of(2009, 4), number_of(2022, 4), number_of(2023, 1)
    (14, 66, 67)
    """
    if quarter not in {1, 2, 3, 4}:
        raise ValueError(f"quarter {quarter}: write 1, 2, 3 or 4")
    number = 14 + 4 * (year - 2009) + quarter - 4
    if number < 1 or year > LAST_YEAR:
        raise ValueError(f"{year}, quarter {quarter}: the first issue is that of quarter 3 of 2006")
    return number


def quarter_of(number: int) -> tuple[int, int]:
    """Year and quarter of an issue's number, from 1.

    >>> quarter_of(67), quarter_of(14), quarter_of(1)
    ((2023, 1), (2009, 4), (2006, 3))
    """
    if number < 1:
        raise ValueError(f"{number}: issues count from 1")
    years, rest = divmod(number - 14 + 3, 4)
    return 2009 + years, rest + 1
