"""Files of places, in and out: Shapefile, GeoPackage, GeoJSON, KML and tables with coordinates. No noun of the domain, no Django."""
