"""Addresses of the pages that editors write, inside a language."""

from django.urls import path, re_path

from amur.portal.website import feeds, views

urlpatterns = [
    path("", views.home, name="home"),
    path("timeline/", views.timeline, name="timeline"),
    path("feeds/news.<str:form>", feeds.news_feed, name="feed"),
    path("feeds/news-<slug:rubric>.<str:form>", feeds.news_feed, name="feed-of-rubric"),
    # Wagtail asks for this name when it writes the address of a page.
    re_path(r"^((?:[\w\-]+/)*)$", views.page, name="wagtail_serve"),
]
