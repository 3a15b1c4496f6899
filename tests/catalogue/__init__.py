"""Tests of the catalogue: categories, limits, the calendar, routing."""
