"""Django's entry for the core area `catalogue`."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "linli.core.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Binds what decides how long somebody has into the audit trail, under the names that it first had there."""
        from linli.core.catalogue.models import BOUND_ANEW, DECIDING
        from linli.core.platform.public import register_standing

        for model, *columns in DECIDING:
            if model in BOUND_ANEW:
                register_standing(model, *columns, whole=True, was=f"cases_{model._meta.model_name}")
            else:
                register_standing(model, *columns, whole=True, known_as=f"cases_{model._meta.model_name}")
