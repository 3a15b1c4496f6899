"""What stands around every request: bodies, headers, bad days, health and figures."""
