"""Division of ground into grids (网格划分): from streets and buildings to bounded, connected, compact grids, and back again.

`model` holds the records, `cells` turns ground into parcels and what lies between them, `divide` numbers the parcels by
grid, `coverage` draws the polygons, `measures` judges. docs/division.md explains method, parameters and limits.
"""
