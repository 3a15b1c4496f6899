"""Audit: chain.py appends records, roots.py makes the daily root, subjects.py registers bound rows, verify.py checks all."""
