"""Files of ground from the pages: what a file of grids and one of areas would change, and changing it. The same functions as the terminal's."""
