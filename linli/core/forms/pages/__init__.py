"""Pages of forms: filled in one thing at a time or on one page, checked, sent; designed by an office. Without scripts all of it works."""
