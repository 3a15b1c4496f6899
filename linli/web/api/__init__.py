"""The API under /api/v1/: what linli's pages do, for programs. docs/api.md tells callers; api.py assembles the parts."""
