"""Addresses of the residents' pages; linli/config/urls.py mounts them."""

from __future__ import annotations

from django.urls import path

from linli.web.public.kinds_page import kinds_page
from linli.web.public.place_page import ground_page, place_page
from linli.web.public.report_page import report_page
from linli.web.public.start_page import start_page
from linli.web.public.track_page import look_up_page, rate_page, reopen_page, track_page, track_photo

public_urls = [
    path("", start_page, name="start"),
    path("report/", report_page, name="public-report"),
    path("report/kinds/", kinds_page, name="public-kinds"),
    path("place/", place_page, name="place"),
    path("place/ground.json", ground_page, name="place-ground"),
    path("track/", look_up_page, name="track"),
    path("track/<str:number>/", track_page, name="track-case"),
    path("track/<str:number>/rate/", rate_page, name="track-rate"),
    path("track/<str:number>/reopen/", reopen_page, name="track-reopen"),
    path("track/<str:number>/photos/<int:file_id>/<str:variant>", track_photo, name="track-photo"),
]
