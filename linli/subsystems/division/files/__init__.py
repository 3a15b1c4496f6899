"""How files are read and written, whatever stands in them: layers of a GeoPackage, several files at once or not at all."""
