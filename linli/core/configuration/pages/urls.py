"""Addresses of configuration."""

from __future__ import annotations

from django.urls import path

from linli.core.configuration.pages import views

configuration_urls = [
    path("configuration/", views.tables_page, name="configuration"),
    path("configuration/changes/<int:change_id>/", views.change_page, name="configuration-change"),
    path("configuration/changes/<int:change_id>/put/", views.put_page, name="configuration-put"),
    path("configuration/changes/<int:change_id>/move/", views.move_page, name="configuration-move"),
    path("configuration/changes/<int:change_id>/undo/", views.undo_page, name="configuration-undo"),
    path("configuration/changes/<int:change_id>/drop/", views.drop_page, name="configuration-drop"),
    path("configuration/changes/<int:change_id>/leave-out/", views.leave_out_page, name="configuration-leave-out"),
    path("configuration/changes/<int:change_id>/answers/", views.answers_page, name="configuration-answers"),
    path("configuration/changes/<int:change_id>/anew/", views.anew_page, name="configuration-anew"),
    path("configuration/<slug:code>/", views.table_page, name="configuration-table"),
    path("configuration/<slug:code>/row/", views.row_page, name="configuration-row"),
    path("configuration/<slug:code>/edit/", views.edit_page, name="configuration-edit"),
    path("configuration/<slug:code>/end/", views.end_page, name="configuration-end"),
]
