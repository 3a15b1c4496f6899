"""A city out of an extract of OpenStreetMap alone."""

CODE = "city-osm"
