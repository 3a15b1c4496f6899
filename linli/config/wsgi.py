"""The WSGI entry that granian serves. With the embedded database the job worker is a thread in here (LINLI_WORKER_INSIDE)."""

from __future__ import annotations

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
_django = get_wsgi_application()

from linli.core.platform.public import BodyReceiver  # noqa: E402 - Django must be there first

application = BodyReceiver(_django)

from linli.web.workbench.menu import check_addresses  # noqa: E402 - the models must be there

check_addresses()

if os.environ.get("LINLI_WORKER_INSIDE"):
    from linli.core.platform.public import run_worker

    threading.Thread(target=run_worker, kwargs={"threads": 1}, name="linli-worker", daemon=True).start()

if os.environ.get("LINLI_PLAY"):
    from django.conf import settings

    from linli.demo.play import play

    if settings.LINLI_MODE == "demo":
        pace, seed = os.environ["LINLI_PLAY"].split(",")
        threading.Thread(target=play, args=(float(pace), int(seed)), name="linli-play", daemon=True).start()
