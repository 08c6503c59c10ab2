"""The WSGI application: Django behind the page cache, and the count of visits in front of both.

granian and gunicorn load `application`.
"""

import gc
import os

from django.core.wsgi import get_wsgi_application

from amur.portal.pagecache import PageCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.portal.settings")
django = get_wsgi_application()

from django.conf import settings  # noqa: E402  # after the setup

from amur.portal.visitors.serving import counted  # noqa: E402

# The visitor's own choices change nothing in a public page.
HARMLESS = (settings.VISITORS_CHOICES_COOKIE, settings.VISITORS_LANGUAGE_COOKIE)
application = counted(PageCache(django, harmless=HARMLESS))
# What is loaded now stays: the collector need not walk through it again with every few requests.
gc.collect()
gc.freeze()
