"""Addresses of the example, below /example/."""

from __future__ import annotations

from django.urls import path

from linli.subsystems.example.pages import notes_page

app_name = "example"
urlpatterns = [path("", notes_page, name="notes")]
