"""Addresses of the room, inside a language."""

from django.urls import path

from amur.portal.review import machine_views, views

urlpatterns = [
    path("", views.projects, name="review"),
    path("networks/", machine_views.all_networks, name="review-networks"),
    path("networks/<uuid:network>/delete", machine_views.delete_network, name="review-network-delete"),
    path("<uuid:uuid>/", views.project, name="review-project"),
    path("<uuid:uuid>/machines/", machine_views.machines, name="review-machines"),
    path("<uuid:uuid>/threshold", machine_views.threshold, name="review-threshold"),
    path("<uuid:uuid>/undo", views.undo, name="review-undo"),
    path("<uuid:uuid>/sequences/<uuid:event>/", views.sequence, name="review-sequence"),
    path("<uuid:uuid>/queues/<slug:queue>/", views.grid, name="review-grid"),
    path("<uuid:uuid>/queues/<slug:queue>/next", views.onward, name="review-next"),
    path("<uuid:uuid>/queues/<slug:queue>/label", views.bulk, name="review-bulk"),
]
