"""Django's entry for the core area `platform`."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate


class PlatformConfig(AppConfig):
    name = "linli.core.platform"
    label = "platform"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Loads jobs, gauges and the descriptors of all packages, now that all models are known; tries the cipher once."""
        from linli.core.platform.keeping.wholeness import wholeness_gauges
        from linli.core.platform.plug.register import load_descriptors
        from linli.core.platform.sealing.crypto import check_cipher
        from linli.core.platform.serving.health import register_gauges

        for module in (
            "tasks",
            "keeping.housekeeping",
            "writing.instants",
        ):  # each registers something by being imported
            import_module(f"linli.core.platform.{module}")
        check_cipher()
        # Rights are the city's own data (docs/adr/0010): Django's list of tables and rights over them is read by nobody.
        post_migrate.disconnect(create_permissions, dispatch_uid="django.contrib.auth.management.create_permissions")
        post_migrate.disconnect(create_contenttypes)
        register_gauges(wholeness_gauges)
        load_descriptors()
