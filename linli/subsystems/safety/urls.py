"""Addresses of the department, below /safety/."""

from __future__ import annotations

from django.urls import path

from linli.core.desk.public import list_urls
from linli.core.flow.public import item_urls
from linli.subsystems.safety import overview
from linli.subsystems.safety.files.lists import ENTRIES, ENTRY_PAGES
from linli.subsystems.safety.files.pages import new_entry
from linli.subsystems.safety.inspections.pages import inspection_urls
from linli.subsystems.safety.lists import HAZARDS, PAGES
from linli.subsystems.safety.pages import new_page
from linli.subsystems.safety.plans.lists import DRILL_PAGES, DRILLS, PLAN_PAGES, PLANS
from linli.subsystems.safety.plans.pages import new_drill, new_plan
from linli.subsystems.safety.stars.lists import RATING_PAGES, RATINGS

app_name = "safety"
urlpatterns = [
    *list_urls(HAZARDS, "", app_name),
    path("new/", new_page, name="new"),
    *item_urls(PAGES, "hazards/"),
    *list_urls(overview.FILES, "files/", app_name),
    path("files/premises/<int:premises_id>/", overview.premises_file, name="file-premises"),
    path("files/areas/<int:area_id>/", overview.area_file, name="file-area"),
    *list_urls(ENTRIES, "entries/", app_name),
    path("entries/new/", new_entry, name="new-file-entry"),
    *item_urls(ENTRY_PAGES, "entries/"),
    *list_urls(PLANS, "plans/", app_name),
    path("plans/new/", new_plan, name="new-plan"),
    *item_urls(PLAN_PAGES, "plans/"),
    *list_urls(DRILLS, "drills/", app_name),
    path("drills/new/", new_drill, name="new-drill"),
    *item_urls(DRILL_PAGES, "drills/"),
    *inspection_urls,
    *list_urls(RATINGS, "stars/", app_name),
    *item_urls(RATING_PAGES, "stars/"),
]
