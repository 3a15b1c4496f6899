"""Grids as faces, arcs and nodes, so that a border is one thing that two grids share: a gap or an overlap cannot be drawn.

`building` makes a `Topology` of polygons, `commands` says what a planner may do, `planning` turns a command into an `Edit`, which has an
inverse, `checking` refuses what would break the ground, `faces` gives polygons back. Points are the very numbers that came in: equal means
equal to the bit, and a grid that nobody touched comes back as it was. docs/adr/0042-arcs-not-polygons.md says why.
"""
