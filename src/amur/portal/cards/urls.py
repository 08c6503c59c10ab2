"""Addresses of the room, inside a language."""

from django.urls import path

from amur.portal.cards import upload_views, views

urlpatterns = [
    path("", views.cards, name="cards"),
    path("new/", views.new, name="card-new"),
    path("<uuid:uuid>/", views.card, name="card"),
    path("<uuid:uuid>/offer", upload_views.offer, name="card-offer"),
    path("<uuid:uuid>/files/<int:number>", upload_views.piece, name="card-piece"),
    path("<uuid:uuid>/archive", upload_views.archive, name="card-archive"),
    path("<uuid:uuid>/read", views.read, name="card-read"),
    path("<uuid:uuid>/correct", views.correct, name="card-correct"),
    path("<uuid:uuid>/undo", views.undo, name="card-undo"),
    path("<uuid:uuid>/finish", views.finish, name="card-finish"),
    path("<uuid:uuid>/take-back", views.take_back, name="card-take-back"),
    path("<uuid:uuid>/delete", views.delete, name="card-delete"),
    path("<uuid:uuid>/files.csv", views.files_csv, name="card-files"),
]
