"""Addresses of patrols; linli/config/urls.py mounts them below /patrol/."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "patrol"
urlpatterns: list[URLPattern] = []
