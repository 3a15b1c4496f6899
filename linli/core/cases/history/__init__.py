"""The cases of an old system: read from a table, kept in batches, taken back."""
