"""Template tags of the surfaces: assets.py for built files and icons, blocks.py for the house style."""
