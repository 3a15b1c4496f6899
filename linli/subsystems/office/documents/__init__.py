"""Documents in and out (收文、发文): tables, numbers, two flows, pages."""
