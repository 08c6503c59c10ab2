"""GeoDjango on the SQLite that comes with Python: ``ENGINE = "amur.portal.geosqlite"``.

Nothing is imported here, so that ``amur.portal.geosqlite.libraries`` can be used inside a settings
module.  What lives where:

``libraries``     finds GDAL and GEOS for the settings
``base``          the database wrapper (connections, cursors, errors)
``operations``    what GeoDjango asks of a backend: operators, names, converters
``compiler``      puts the R*Tree into the SQL of spatial look-ups
``schema``        makes and keeps the R*Tree of each geometry column
``spatial_index`` names and SQL of one R*Tree
``codec``         geometry blobs (EWKB) to shapely and back
``boxes``         bounding boxes and search boxes, planar and geodesic
``predicates``, ``picking``, ``measures``, ``geodesy``, ``constructions``, ``outputs``, ``aggregates``
                  the SQL functions, and ``registry`` which puts them on a connection
"""
