"""OGC API – Features below /ogc/: grids, components and the ground of the office as layers that QGIS and GDAL open by themselves.

`routes` answers, `description` is the OpenAPI document, `collections` says what there is and who may read it, `asked` parses what a
program asks for, `geometry` writes positions in its coordinate system. docs/gis.md tells people how to sign in.
"""
