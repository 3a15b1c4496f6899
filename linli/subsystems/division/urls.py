"""Addresses of the division, below /division/."""

from __future__ import annotations

from django.urls import path

from linli.subsystems.division.comparison_pages import changes_map, comparison_page
from linli.subsystems.division.pages import draft_page, drafts_page, put_away_draft

app_name = "division"
urlpatterns = [
    path("drafts/", drafts_page, name="drafts"),
    path("drafts/<int:draft_id>/", draft_page, name="draft"),
    path("drafts/<int:draft_id>/comparison/", comparison_page, name="draft-comparison"),
    path("drafts/<int:draft_id>/changes.json", changes_map, name="draft-changes"),
    path("drafts/<int:draft_id>/put-away/", put_away_draft, name="draft-put-away"),
]
