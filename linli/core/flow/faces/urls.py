"""The addresses of the pages of a flow, which its department puts among its own."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access.public import staff_page
from linli.core.flow.faces import dialogs, files, item_page
from linli.core.flow.faces.item_pages import ItemPages


def item_urls(pages: ItemPages, prefix: str) -> list[URLPattern]:
    """The page of an item, the dialogs of its actions and its files, below `prefix`.

    Who may see an item says its flow; no permission is asked besides, since whoever began something sees it.
    """
    name = pages.name.rpartition(":")[2]
    dialog = require_http_methods(["GET", "HEAD", "POST"])
    return [
        path(f"{prefix}<int:item_id>/", require_safe(staff_page()(partial(item_page.show, pages))), name=name),
        path(
            f"{prefix}<int:item_id>/do/<slug:action>/",
            dialog(staff_page()(partial(dialogs.answer, pages))),
            name=f"{name}-do",
        ),
        path(
            f"{prefix}files/<int:file_id>/<slug:variant>/",
            require_safe(staff_page(part=True)(partial(files.send, pages))),
            name=f"{name}-file",
        ),
    ]
