"""Addresses of the pages about cases; linli/config/urls.py mounts them."""

from __future__ import annotations

from django.urls import path

from linli.core.cases.pages.acting import action_page, reveal_page
from linli.core.cases.pages.case_list import CASES
from linli.core.cases.pages.case_page import case_near, case_page, case_print, merge_targets
from linli.core.cases.pages.case_tiles import case_tile
from linli.core.cases.pages.categories import category_search
from linli.core.cases.pages.lists import cases_page, next_case_page, queue_page
from linli.core.cases.pages.map_page import map_page
from linli.core.cases.pages.map_parts import map_days, map_list, map_place, map_shades
from linli.core.cases.pages.photos import case_file
from linli.core.cases.pages.report_page import report_page, similar_page, solved_page
from linli.core.cases.pages.why_page import why_page
from linli.core.desk.public import list_urls

case_urls = [
    path("queue/", queue_page, name="queue"),
    path("queue/next/", next_case_page, name="next-case"),
    *list_urls(CASES, "cases/", page_of_its_own=cases_page),
    path("cases/report/", report_page, name="report"),
    path("cases/report/solved/", solved_page, name="report-solved"),
    path("cases/report/similar/", similar_page, name="similar-cases"),
    path("cases/categories/", category_search, name="category-search"),
    path("cases/<int:case_id>/", case_page, name="case"),
    path("cases/<int:case_id>/print/", case_print, name="case-print"),
    path("cases/<int:case_id>/near.geojson", case_near, name="case-near"),
    path("cases/<int:case_id>/why/", why_page, name="case-why"),
    path("cases/<int:case_id>/merge-targets/", merge_targets, name="merge-targets"),
    path("cases/<int:case_id>/reporter/", reveal_page, name="case-reporter"),
    path("cases/<int:case_id>/do/<str:action>/", action_page, name="case-action"),
    path("files/<int:file_id>/<str:variant>", case_file, name="case-file"),
    path("map/", map_page, name="map"),
    path("map/list/", map_list, name="map-list"),
    path("map/shades/", map_shades, name="map-shades"),
    path("map/days/", map_days, name="map-days"),
    path("map/place/", map_place, name="map-place"),
    path("map/cases/<int:z>/<int:x>/<int:y>.mvt", case_tile, name="map-cases"),
]
