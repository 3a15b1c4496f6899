"""The loop: what may happen to a case by the table of transitions, and what then happens to its rows."""
