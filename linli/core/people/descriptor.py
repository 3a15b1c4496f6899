"""What the core area `people` says about its data; `linli data-matrix` draws it."""

from linli.core.people.settings import NAMES_SHOWN
from linli.core.platform.public import Package, Subject, register_area

register_area(
    Package(
        code="people",
        titles={"zh-hans": "人员数据", "en": "People"},
        settings=(NAMES_SHOWN,),
        subjects=(
            Subject(
                code="person",
                titles={"zh-hans": "人员", "en": "Person"},
                tables=("people_person", "people_servicelink"),
            ),
            Subject(
                code="consent",
                titles={"zh-hans": "同意", "en": "Consent"},
                tables=("people_consent", "people_consenttext"),
            ),
            Subject(code="reveal", titles={"zh-hans": "查看记录", "en": "Reveal"}, tables=("people_reveal",)),
        ),
    )
)
