"""The pages of the inbox: what waits, what one was told, how one wants to be told."""
