"""Puts the counter in front of the site. Called once by `portal.wsgi`, before workers are forked."""

from django.conf import settings

from amur.portal.visitors.counting import App, Clock, Counter, Counting
from amur.portal.visitors.memory import DayMemory
from amur.portal.visitors.store import Writer


def counted(app: App) -> App:
    """The application with its pages counted."""
    clock = Clock(settings.VISITORS_TIME_ZONE)
    counter = Counter(DayMemory(), clock, settings.VISITORS_TRUSTED_PROXIES)
    return Counting(app, counter, Writer(counter).begin)
