"""How much anybody may ask for: rates, bytes on the disk, turns at what is heavy."""
