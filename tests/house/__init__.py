"""Tests of the house itself: how modules, models and files stand to each other."""
