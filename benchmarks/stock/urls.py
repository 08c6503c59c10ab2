"""Addresses of the stock site."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from stock.views import search

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    *i18n_patterns(path("search/", search), path("", include(wagtail_urls))),
]
