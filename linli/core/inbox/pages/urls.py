"""Addresses of the inbox."""

from __future__ import annotations

from django.urls import path

from linli.core.desk.public import list_urls
from linli.core.flow.public import item_urls
from linli.core.inbox.pages import plan_pages
from linli.core.inbox.pages.handing_page import hand_over_page
from linli.core.inbox.pages.task_pages import PAGES, new_task
from linli.core.inbox.pages.views import inbox_page, notices_page, read_page, settings_page
from linli.core.inbox.public import GIVEN_NOTICES, LETTERS, PLANS, TASKS

urlpatterns = [
    path("inbox/", inbox_page, name="inbox"),
    path("inbox/notices/", notices_page, name="notices"),
    path("inbox/notices/read/", read_page, name="notices-read"),
    path("inbox/settings/", settings_page, name="notice-settings"),
    *list_urls(LETTERS, "inbox/sent/"),
    *list_urls(GIVEN_NOTICES, "inbox/sent/notices/"),
    path("inbox/hand-over/", hand_over_page, name="hand-over"),
    *list_urls(TASKS, "tasks/"),
    path("tasks/new/", new_task, name="new-task"),
    *item_urls(PAGES, "tasks/"),
    *list_urls(PLANS, "tasks/plans/"),
    path("tasks/plans/new/", plan_pages.new_plan, name="new-task-plan"),
    path("tasks/plans/<int:plan_id>/", plan_pages.plan_page, name="task-plan"),
    path("tasks/plans/<int:plan_id>/change/", plan_pages.change_plan, name="task-plan-change"),
    path("tasks/plans/<int:plan_id>/pause/", plan_pages.pause_plan, name="task-plan-pause"),
    path("tasks/plans/<int:plan_id>/end/", plan_pages.end_plan, name="task-plan-end"),
]
