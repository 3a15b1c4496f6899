"""Admission of tasks into grids: what a department asks, what the grid office decides, what grids carry."""
