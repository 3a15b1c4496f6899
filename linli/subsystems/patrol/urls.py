"""Addresses of patrols; linli/config/urls.py mounts them below /patrol/."""

from __future__ import annotations

from django.urls import path

from linli.core.desk.public import list_urls
from linli.core.flow.public import item_urls
from linli.subsystems.patrol.lists import PLANS, ROUNDS
from linli.subsystems.patrol.pages import plans, walking

app_name = "patrol"
urlpatterns = [
    path("", plans.home, name="home"),
    *list_urls(PLANS, "plans/", app_name),
    *list_urls(ROUNDS, "rounds/", app_name),
    path("plans/new/", plans.new_plan, name="new-plan"),
    path("plans/<int:plan_id>/", plans.plan_page, name="plan"),
    path("plans/<int:plan_id>/points/", plans.new_point, name="new-point"),
    path("plans/<int:plan_id>/points/<int:point_id>/out/", plans.take_point_out, name="take-point-out"),
    path("plans/<int:plan_id>/end/", plans.end_the_plan, name="end-plan"),
    path("plans/<int:plan_id>/start/", walking.start_page, name="start"),
    path("today/", walking.today_page, name="today"),
    *item_urls(walking.PAGES, "rounds/"),
    path("rounds/<int:round_id>/points/<int:point_id>/", walking.point_page, name="point"),
]
