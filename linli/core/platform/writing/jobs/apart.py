"""What takes long is done by a process of its own, since a job holds a write open: a job starts it and is done."""

from __future__ import annotations

import subprocess
import threading

from django.conf import settings


def start_apart(*words: str) -> None:
    """Starts a `linli` command that goes on when this process ends; its words go where this process's go.

    Nothing happens where the settings name no command line (in tests). Twice starts two.
    """
    if not settings.LINLI_COMMAND:
        return
    words = (*settings.LINLI_COMMAND, *words)
    options = {"stdin": subprocess.DEVNULL, "start_new_session": True, "check": False}
    threading.Thread(target=subprocess.run, args=(words,), kwargs=options, daemon=True).start()
