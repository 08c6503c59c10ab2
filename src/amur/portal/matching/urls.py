"""Addresses of the room, inside a language."""

from django.urls import path

from amur.portal.matching import partner_views, views

urlpatterns = [
    path("", views.rounds, name="matching"),
    path("take", views.take, name="matching-take"),
    path("joint/", views.joint_animals, name="matching-joint"),
    path("partners/", partner_views.partners, name="matching-partners"),
    path("partners/key", partner_views.key, name="matching-key"),
    path("partners/agreement", partner_views.agreement, name="matching-agreement"),
    path("partners/<uuid:uuid>/confirm", partner_views.confirm, name="matching-confirm"),
    path("partners/<uuid:uuid>/end", partner_views.end, name="matching-partner-end"),
    path("partners/<uuid:uuid>/revoke", partner_views.revoke, name="matching-revoke"),
    path("partners/<uuid:uuid>/ask/<str:species>/", views.ask, name="matching-ask"),
    path("<uuid:page>/", views.round_page, name="matching-round"),
    path("<uuid:page>/package", views.package, name="matching-package"),
    path("<uuid:page>/search", views.search, name="matching-search"),
    path("<uuid:page>/crops", views.crops, name="matching-crops"),
    path("<uuid:page>/end", views.end, name="matching-end"),
    path("<uuid:page>/release", views.release, name="matching-release"),
    path("<uuid:page>/crop/<uuid:code>/<uuid:other>.png", views.crop, name="matching-crop"),
    path("<uuid:page>/pairs/<uuid:request_code>/<uuid:answer_code>/", views.pair, name="matching-pair"),
    path(
        "<uuid:page>/pairs/<uuid:request_code>/<uuid:answer_code>/passport",
        views.passport,
        name="matching-passport",
    ),
    path(
        "<uuid:page>/pairs/<uuid:request_code>/<uuid:answer_code>/take-back",
        views.take_back,
        name="matching-take-back",
    ),
]
