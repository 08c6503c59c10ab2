"""What a request says of its browser, no finer than it is kept: a person's or not, family, kind of device.

Called by `counting`. The short lists are meant to be read: whoever is missing is counted as "other".
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

# Parts of the names of programs that no person sits in front of.
BOTS: Final = (
    "bot", "crawl", "spider", "slurp", "scrap", "curl", "wget", "libwww", "python", "java/", "perl", "ruby",
    "go-http", "okhttp", "httpclient", "http-client", "axios", "node-fetch", "headless", "phantom",
    "lighthouse", "preview", "facebookexternalhit", "embedly", "monitor", "uptime", "pingdom", "archiver",
    "validator", "feed", "rss", "check", "scan", "fetch",
)  # fmt: skip
# "CUBOT" makes telephones.
_BOT: Final = re.compile("(?<!cu)(?:" + "|".join(map(re.escape, BOTS)) + ")", re.IGNORECASE)
# The first that fits: many browsers also name those that they resemble.
FAMILIES: Final = (
    ("MicroMessenger", "wechat"),
    ("YaBrowser", "yandex"),
    ("Edg", "edge"),
    ("OPR", "opera"),
    ("SamsungBrowser", "samsung"),
    ("UCBrowser", "uc"),
    ("Firefox", "firefox"),
    ("FxiOS", "firefox"),
    ("Chrome", "chrome"),
    ("CriOS", "chrome"),
    ("Safari", "safari"),
)


class Browser(NamedTuple):
    """What is kept of a browser's name: nothing but `device` reaches the database."""

    is_bot: bool
    family: str
    device: str


@lru_cache(maxsize=512)
def browser(name: str) -> Browser:
    """Sort a User-Agent.

    >>> browser("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0")
    Browser(is_bot=False, family='firefox', device='phone')
    >>> browser("Googlebot/2.1").is_bot, browser("").is_bot
    (True, True)
    """
    is_bot = not name.startswith(("Mozilla/", "Opera/")) or _BOT.search(name) is not None
    family = next((family for part, family in FAMILIES if part in name), "other")
    if "iPad" in name or "Tablet" in name or ("Android" in name and "Mobi" not in name):
        return Browser(is_bot, family, "tablet")
    return Browser(is_bot, family, "phone" if "Mobi" in name else "computer")
