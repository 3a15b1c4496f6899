"""Pure Python and NumPy: no Django, no clock, no input or output; any of it could be lifted out and published.

Small modules stand by themselves. Two rooms are packages: `division` draws grids, `supply` plans who gets power from where
and what closing a tie brings back; neither may be imported by a page when its module loads, for they bring SciPy along.
"""
