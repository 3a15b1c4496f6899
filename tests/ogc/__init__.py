"""OGC API – Features: the abstract tests of core, GeoJSON and coordinate systems, rights, refusals."""
