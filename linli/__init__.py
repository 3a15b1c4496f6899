"""linli (邻里): community grid service management, from a resident's report to the archived case."""

__version__ = "0.1.0"
