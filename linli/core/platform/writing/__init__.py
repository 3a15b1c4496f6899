"""The unit of work and what commits with it: rows, audit chain, events, messages, jobs, claims, versions, and the clock."""
