"""Addresses of the newsletter, inside a language."""

from django.urls import path

from amur.portal.newsletter import subscribing, views

urlpatterns = [
    path("", views.archive, name="newsletter"),
    path("<int:number>/", views.issue, name="newsletter-issue"),
    path("<int:number>.pdf", views.file, name="newsletter-file"),
    path("feed.<str:form>", views.feed, name="newsletter-feed"),
    path("subscribe/", subscribing.subscribe, name="newsletter-subscribe"),
    path("confirm/<slug:token>/", subscribing.confirm, name="newsletter-confirm"),
    path("leave/<slug:token>/", subscribing.leave, name="newsletter-leave"),
]
