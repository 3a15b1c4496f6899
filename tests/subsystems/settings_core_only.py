"""Settings of a deployment without any subsystem, for test_joining.py."""

from linli.config.settings import *  # noqa: F403
from linli.config.settings import INSTALLED_APPS as _ALL

INSTALLED_APPS = [name for name in _ALL if not name.startswith("linli.subsystems.")]
