"""Collection campaigns: a form is filled in grid by grid within a term, by grid workers and, where it is open to them, by residents."""
