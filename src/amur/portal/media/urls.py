"""Where the served copies of files are found. Without a language: a file is the same in all of them."""

from django.urls import path

from amur.portal.media import views

urlpatterns = [path("media/<uuid:uuid>/<str:variant>", views.file, name="media-file")]
