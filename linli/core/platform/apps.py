"""Django's entry for the core area `platform`."""

from importlib import import_module

from django.apps import AppConfig


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
        register_gauges(wholeness_gauges)
        load_descriptors()
