"""Tests of the subsystems, and of how any subsystem joins the core."""
