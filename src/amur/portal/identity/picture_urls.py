"""The addresses of flanks, outside of the languages."""

from django.urls import path

from amur.portal.identity import views

urlpatterns = [path("identity/flank/<uuid:uuid>.jpg", views.picture, name="identity-flank-picture")]
