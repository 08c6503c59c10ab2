"""Addresses of the register, inside a language."""

from django.urls import path

from amur.portal.areas import views

urlpatterns = [
    path("", views.register, name="areas"),
    path("key/<slug:key>/", views.by_key, name="area-by-key"),
    path("units/<str:slug>/", views.unit, name="unit"),
    path("export/<str:form>", views.export, name="areas-export"),
    path("<str:slug>/", views.area, name="area"),
]
