"""How the house says something to a person or to the log: refusals, names in a row, log lines without personal values."""
