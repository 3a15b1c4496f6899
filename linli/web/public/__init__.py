"""Pages that residents see, without an account: the start, a report in three steps, progress by tracking number."""
