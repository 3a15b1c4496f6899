"""The addresses of the pages of a flow, which its department puts among its own."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access.public import staff_page
from linli.core.flow.faces import dialogs, files, item_page, prints
from linli.core.flow.faces.item_pages import ItemPages
from linli.core.flow.faces.offered import offer_pages


def item_urls(pages: ItemPages, prefix: str) -> list[URLPattern]:
    """The page of an item, the dialogs of its actions, its files, and its print where it has one, below `prefix`.

    Who may see an item says its flow; no permission is asked besides, since whoever began something sees it. With its pages a
    flow has its part of the API (routes.py).
    """
    offer_pages(pages)
    name = pages.name.rpartition(":")[2]
    dialog = require_http_methods(["GET", "HEAD", "POST"])
    printed = pages.printed
    paper = [partial(prints.show, pages, printed)] if printed else []
    return [
        *(
            path(f"{prefix}<int:item_id>/print/", require_safe(staff_page()(one)), name=f"{name}-print")
            for one in paper
        ),
        path(f"{prefix}<int:item_id>/", require_safe(staff_page()(partial(item_page.show, pages))), name=name),
        path(
            f"{prefix}<int:item_id>/do/<slug:action>/",
            dialog(staff_page()(partial(dialogs.dialog_page, pages))),
            name=f"{name}-do",
        ),
        path(
            f"{prefix}files/<int:file_id>/<slug:variant>/",
            require_safe(staff_page(part=True)(partial(files.send, pages))),
            name=f"{name}-file",
        ),
    ]
