"""Pure Python and NumPy: no Django, no clock, no input or output; any of it could be lifted out and published.

Small modules stand by themselves. Three rooms are packages: `topology` edits grids by hand; `division` draws grids, `supply` plans who gets power from where
and what closing a tie brings back; neither of these two may be imported by a page when its module loads, for they bring SciPy along.
"""
