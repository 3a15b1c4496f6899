"""Inspections: plans of them, checklists, what is found."""
