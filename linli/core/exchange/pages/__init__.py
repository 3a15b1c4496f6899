"""The pages of imports: what can be brought in and what was, a new one, and one import on its way."""
