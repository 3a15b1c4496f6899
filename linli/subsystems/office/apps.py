"""Django's entry for the subsystem `office`."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "linli.subsystems.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Binds what decides about money into the audit trail."""
        from linli.core.platform.public import register_standing
        from linli.subsystems.office.models import Book, Booking, PublishedMonth

        register_standing(Book, "area_id", "first_day", "opening")
        columns = (
            "month_id",
            "number",
            "day",
            "kind",
            "purpose",
            "amount",
            "reverses_id",
            "noted_by_id",
            "checked_by_id",
        )
        register_standing(Booking, *columns)
        register_standing(PublishedMonth, "area_code", "first_day", "content", "published_at")
