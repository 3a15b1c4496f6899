"""Meetings, their minutes, and what was decided in them."""
