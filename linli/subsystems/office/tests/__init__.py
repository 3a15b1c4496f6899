"""The tests of office work, and its rows of the access table."""
