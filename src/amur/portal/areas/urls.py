"""Addresses of the register, inside a language."""

from django.urls import path

from amur.portal.areas import import_views, views

urlpatterns = [
    path("", views.register, name="areas"),
    path("key/<slug:key>/", views.by_key, name="area-by-key"),
    path("units/<str:slug>/", views.unit, name="unit"),
    path("export/<str:form>", views.export, name="areas-export"),
    path("import/", import_views.start, name="areas-import"),
    path("import/<uuid:uuid>/", import_views.preview, name="areas-import-preview"),
    path("import/<uuid:uuid>/decision", import_views.decide, name="areas-import-decide"),
    path("import/<uuid:uuid>/result/", import_views.result, name="areas-import-result"),
    path("<str:slug>/", views.area, name="area"),
]
