"""All addresses of a deployment."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from linli.core.accounts.pages.urls import account_urls
from linli.core.cases.pages.urls import case_urls
from linli.core.configuration.pages.urls import configuration_urls
from linli.core.desk.pages import export_urls
from linli.core.exchange.pages.urls import import_urls
from linli.core.forms.pages.urls import form_urls
from linli.core.grids.pages import grid_urls
from linli.core.inbox.pages.urls import urlpatterns as inbox_urls
from linli.core.ledger.faces.urls import ledger_urls
from linli.core.people.pages import people_urls
from linli.core.platform.public import PublicPages, parts, platform_urls, subsystems
from linli.core.registry.pages import component_urls
from linli.core.setup.pages import setup_urls
from linli.core.staff.pages import staff_urls
from linli.demo.guide import demo_urls
from linli.web.api.api import api_urls
from linli.web.base_map import base_tile
from linli.web.ogc.routes import ogc_urls
from linli.web.public.urls import public_urls
from linli.web.style_pages import public_style, workbench_style
from linli.web.workbench.home import home_urls
from linli.web.workbench.indicators import indicator_urls
from linli.web.workbench.limits import limits_urls
from linli.web.workbench.map_layers import map_layer_urls
from linli.web.workbench.search import search_urls
from linli.web.workbench.settings import settings_urls

urlpatterns: list[URLPattern | URLResolver] = [
    *platform_urls,
    path("api/v1/", api_urls()),
    path("language/", set_language, name="set_language"),
    *public_urls,
    *ogc_urls,
    *account_urls,
    *setup_urls,
    *home_urls,
    *inbox_urls,
    *form_urls,
    *search_urls,
    *indicator_urls,
    *limits_urls,
    *settings_urls,
    *export_urls,
    *map_layer_urls,
    *case_urls,
    *grid_urls,
    *component_urls,
    *staff_urls,
    *ledger_urls(),
    *people_urls(),
    *import_urls,
    *configuration_urls,
    path("map/base/<int:z>/<int:x>/<int:y>.mvt", base_tile, name="map-base"),
    # Each subsystem brings its own addresses, below its code: /patrol/…
    *(path(f"{one.code}/", include(one.urls)) for one in subsystems() if one.urls),
    # … and its pages for people without account, below a prefix that docs/security.md names.
    *(path(f"{pages.prefix}/", include(pages.urls)) for pages in parts(PublicPages)),
]
if settings.LINLI_MODE != "production":
    urlpatterns += [
        path("style/", workbench_style, name="style"),
        path("style/public/", public_style, name="style-public"),
    ]
if settings.LINLI_MODE == "demo":
    urlpatterns += demo_urls
handler400 = "linli.web.errors.handler400"
handler403 = "linli.web.errors.handler403"
handler404 = "linli.web.errors.handler404"
handler500 = "linli.web.errors.handler500"
