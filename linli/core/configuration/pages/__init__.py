"""The pages of every table: what holds, a row and its history, a change with its differences and preview."""
