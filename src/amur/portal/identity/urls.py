"""Addresses of the room, inside a language."""

from django.urls import path

from amur.portal.identity import drawing_views, gallery_views, saying_views, views

urlpatterns = [
    path("", views.queue, name="identity"),
    path("start", gallery_views.start, name="identity-start"),
    path("names", gallery_views.names, name="identity-names"),
    path("gallery/", gallery_views.gallery, name="identity-gallery"),
    path("gallery/group", gallery_views.group, name="identity-group"),
    path("gallery/vectors", gallery_views.vectors, name="identity-vectors"),
    path("gallery/flanks.csv", gallery_views.flanks_csv, name="identity-flanks-csv"),
    path("statement/<uuid:uuid>/retract", saying_views.retract, name="identity-retract"),
    path("sequence/<uuid:uuid>/draw", drawing_views.begin, name="identity-begin"),
    path("flank/<uuid:uuid>/draw", drawing_views.draw, name="identity-draw"),
    path("<uuid:uuid>/", views.encounter, name="identity-encounter"),
    path("<uuid:uuid>/say", saying_views.say, name="identity-say"),
    path("<uuid:uuid>/flanks/", drawing_views.flanks, name="identity-flanks"),
    path("<uuid:uuid>/separate", drawing_views.separate, name="identity-separate"),
]
