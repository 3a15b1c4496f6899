"""Tests of the department."""
