"""A proposal meets the grids in force and becomes the next version of their layer. The only room that writes."""
