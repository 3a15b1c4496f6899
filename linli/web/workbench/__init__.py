"""What frames and joins the pages of the staff: menu, search and counts around each page, and the home page.

The pages themselves belong to the core areas (linli/core/*/pages).
"""
