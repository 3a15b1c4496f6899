"""Pages of patrols: plans for who plans and supervises (plans.py), rounds for who walks them (walking.py)."""
