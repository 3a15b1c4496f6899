"""The audit trail read: reading.py reads, roots.py makes daily roots, subjects.py binds rows, verify.py checks; `writing/chain.py` appends."""
