"""Command lines for people who work on linli; the Makefile names each of them. Nothing here ships in the wheel."""
