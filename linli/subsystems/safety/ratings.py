"""The star ratings of rented dwellings, one a quarter, and the reasons behind each star. models.py names them to Django."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext, pgettext_lazy

from linli.core.flow.public import SmallItem
from linli.core.ledger.public import RecordId


class RatingState(models.TextChoices):
    """Where a rating stands."""

    PROPOSED = "proposed", pgettext_lazy("safety", "Proposed")
    SET = "set", pgettext_lazy("safety", "Set")
    APPEALED = "appealed", pgettext_lazy("safety", "Owner objects")
    FINAL = "final", pgettext_lazy("safety", "Set after objection")


class Rating(SmallItem):
    """The stars of a rented dwelling for one quarter (出租房星级): how safe the dwelling is, from one to five. It says nothing of who lives
    there, reads nothing of residents, and is seen by who sees premises.

    `proposed` is what the rules gave; `stars` differs from it where somebody changed it, which is said with the reason. `term` is the
    quarter, as 2026Q3.
    """

    state = models.CharField(max_length=12, choices=RatingState.choices)
    premises_id = RecordId(ledger="premises")
    premises_name = models.CharField(max_length=120, blank=True)
    term = models.CharField(max_length=6)
    stars = models.PositiveSmallIntegerField()
    proposed = models.PositiveSmallIntegerField()
    set_by_id = models.BigIntegerField(null=True)

    taken: ClassVar = {"premises_id": pgettext_lazy("safety", "These premises have stars for this quarter already.")}
    impersonal: ClassVar = {"premises_name", "term"}

    class Meta(SmallItem.Meta):
        constraints: ClassVar = [
            *SmallItem.Meta.constraints,
            models.UniqueConstraint(fields=["premises_id", "term", "home_district"], name="safety_rating_once"),
            models.CheckConstraint(condition=models.Q(stars__range=(1, 5), proposed__range=(1, 5)), name="safety_rating_stars"),
        ]  # fmt: skip
        indexes: ClassVar = [*SmallItem.Meta.indexes, models.Index(fields=["term", "-id"], name="safety_rating_term")]

    def __str__(self) -> str:
        return f"{self.premises_name} · {self.term_words}"

    @property
    def term_words(self) -> str:
        """Its quarter in words."""
        year, _q, quarter = self.term.partition("Q")
        return pgettext("safety", "Q%(quarter)s %(year)s") % {"quarter": quarter, "year": year}

    @property
    def by_hand(self) -> bool:
        """Whether the stars are others than the rules gave."""
        return self.stars != self.proposed


class RatingReason(models.Model):
    """One reason why a rating is below five: by which rule, how many stars it cost, and the row that it is about.

    `facts` holds what the sentence of the rule says: titles of hazards and papers, days. `about_flow` and `about_id` name the item
    that it links to, where there is one. A reason beyond what its rule may cost, or beyond the last star, cost none and stands there too.
    """

    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="reasons")
    place = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=16)
    points = models.PositiveSmallIntegerField()
    facts = models.JSONField(default=dict)
    about_flow = models.CharField(max_length=16, blank=True)
    about_id = models.BigIntegerField(null=True)

    impersonal: ClassVar = {"rule", "facts", "about_flow"}

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["rating", "place"], name="safety_reason_once")]

    def __str__(self) -> str:
        return f"-{self.points} {self.rule}"
