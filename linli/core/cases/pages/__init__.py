"""Pages of the staff about cases: lists and queue, the case page with its actions, reporting, the map, photos.

Every page passes `staff_page` of core.access, and rows pass the gate in `reading/selectors.py`. Frame, menu and home stand in
linli/web/workbench, the API in linli/web/api.
"""
