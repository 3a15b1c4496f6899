"""Drafts of grids edited by hand: begun, changed step by step, undone, measured, held against what is in force, published.

Nothing here loads the engine that divides ground, so pages may stand on it.
"""
