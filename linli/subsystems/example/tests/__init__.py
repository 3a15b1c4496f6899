"""Tests of the example: each slot of its descriptor has its effect."""
