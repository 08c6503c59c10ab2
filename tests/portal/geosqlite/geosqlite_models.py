"""Models of the tests of geosqlite; their tables are made by the fixtures of conftest.py."""

from django.contrib.gis.db import models


class Place(models.Model):
    """Any geometry in longitude and latitude."""

    name = models.CharField(max_length=20, blank=True)
    geometry = models.GeometryField(null=True)

    class Meta:
        app_label = "geosqlite_tests"


class Plot(models.Model):
    """Any geometry in metres (UTM zone 52 north), with a distance of its own."""

    reach = models.FloatField(default=0)
    geometry = models.GeometryField(srid=32652, null=True)
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="+")

    class Meta:
        app_label = "geosqlite_tests"


class Globe(models.Model):
    """Any geometry on the ellipsoid."""

    reach = models.FloatField(default=0)
    geometry = models.GeometryField(geography=True, null=True)

    class Meta:
        app_label = "geosqlite_tests"


class Summit(models.Model):
    """Points, lines and polygons with heights."""

    point = models.PointField(srid=32652, dim=3, null=True)
    line = models.LineStringField(srid=32652, dim=3, null=True)
    polygon = models.PolygonField(srid=32652, dim=3, null=True)

    class Meta:
        app_label = "geosqlite_tests"


class Unindexed(models.Model):
    """A geometry without R*Tree."""

    geometry = models.PointField(spatial_index=False)

    class Meta:
        app_label = "geosqlite_tests"


class Named(models.Model):
    """A spatial table whose key is no integer."""

    key = models.CharField(primary_key=True, max_length=20)
    geometry = models.PointField()

    class Meta:
        app_label = "geosqlite_tests"


MODELS = (Place, Plot, Globe, Summit, Unindexed, Named)
