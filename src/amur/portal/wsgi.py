"""The WSGI application: Django behind the page cache. granian and gunicorn load `application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from amur.portal.pagecache import PageCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.portal.settings")
application = PageCache(get_wsgi_application())
# What is loaded now stays: the collector need not walk through it again with every few requests.
gc.collect()
gc.freeze()
