"""Django's entry for the core area `platform`."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "linli.core.platform"
    label = "platform"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Loads jobs, gauges and the descriptors of all packages, now that all models are known; tries the cipher once."""
        import linli.core.platform.housekeeping
        import linli.core.platform.instants
        import linli.core.platform.tasks  # noqa: F401 - both register jobs
        from linli.core.platform.crypto import check_cipher
        from linli.core.platform.health import register_gauges
        from linli.core.platform.subsystem import load_descriptors
        from linli.core.platform.wholeness import wholeness_gauges

        check_cipher()
        register_gauges(wholeness_gauges)
        load_descriptors()
