"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from linli.core.desk.public import list_urls
from linli.core.exchange.pages import views
from linli.core.exchange.pages.ground import ground_map
from linli.core.exchange.pages.lists import RUNS

import_urls = [
    *list_urls(RUNS, "imports/"),
    path("imports/new/<slug:code>/", views.new_import, name="import-new"),
    path("imports/new/<slug:code>/template/", views.template_file, name="import-template"),
    path("imports/<int:run_id>/", views.import_page, name="import"),
    path("imports/<int:run_id>/columns/", views.columns_page, name="import-columns"),
    path("imports/<int:run_id>/anew/", views.anew_page, name="import-anew"),
    path("imports/<int:run_id>/keep/", views.keep_page, name="import-keep"),
    path("imports/<int:run_id>/drop/", views.drop_page, name="import-drop"),
    path("imports/<int:run_id>/undo/", views.undo_page, name="import-undo"),
    path("imports/<int:run_id>/bad-rows/", views.bad_rows, name="import-bad-rows"),
    path("imports/<int:run_id>/map/", ground_map, name="import-map"),
]
