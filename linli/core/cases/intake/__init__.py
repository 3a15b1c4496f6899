"""The way in: how a report becomes a case, and where it belongs."""
