"""Draws the pictures of docs/division.md: `python -m tools.division_pictures` writes docs/pictures/division-*.svg anew.

The ground is made up (`linli.algorithms.division.generated`); everything on it is what the engine answers. Nothing is
drawn by hand and nothing is left to chance, so a test holds the pictures to the code. `town` asks the engine, `drawing`
knows SVG; `dividing`, `changing` and `supplying` hold the pictures.
"""
