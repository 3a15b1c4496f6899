"""Audit: chain.py appends, reading.py reads, roots.py makes daily roots, subjects.py binds rows, verify.py checks."""
