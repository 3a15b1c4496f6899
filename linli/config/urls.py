"""All addresses of a deployment."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
handler400 = "linli.web.errors.handler400"
handler403 = "linli.web.errors.handler403"
handler404 = "linli.web.errors.handler404"
handler500 = "linli.web.errors.handler500"
