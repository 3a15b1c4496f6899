"""Addresses of the department, below /admission/."""

from __future__ import annotations

from django.urls import path

from linli.core.desk.public import list_urls
from linli.core.flow.public import item_urls
from linli.subsystems.admission.admissions import lists
from linli.subsystems.admission.admissions.pages import new_admission
from linli.subsystems.admission.campaigns import lists as campaign_lists
from linli.subsystems.admission.campaigns.answers import answers_csv, answers_page, progress_csv
from linli.subsystems.admission.campaigns.filling import fill_page, target_page
from linli.subsystems.admission.campaigns.pages import new_campaign

app_name = "admission"
urlpatterns = [
    *list_urls(lists.ADMISSIONS, "", app_name),
    path("new/", new_admission, name="new"),
    *list_urls(lists.LOADS, "loads/", app_name),
    *list_urls(lists.DEPARTMENTS, "departments/", app_name),
    *item_urls(lists.PAGES, "requests/"),
    *list_urls(campaign_lists.CAMPAIGNS, "campaigns/", app_name),
    path("campaigns/new/", new_campaign, name="new-campaign"),
    path("campaigns/<int:item_id>/<int:grid_id>/fill/", fill_page, name="fill"),
    path("campaigns/<int:item_id>/targets/<int:target_id>/", target_page, name="target"),
    path("campaigns/<int:item_id>/progress.csv", progress_csv, name="progress-csv"),
    path("campaigns/<int:item_id>/answers/", answers_page, name="answers"),
    path("campaigns/<int:item_id>/answers.csv", answers_csv, name="answers-csv"),
    *item_urls(campaign_lists.PAGES, "campaigns/"),
]
