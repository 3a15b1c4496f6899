"""What the data office tells the core."""

from django.utils.translation import gettext_lazy

from linli.core.platform.public import (
    Cover,
    MenuEntry,
    MessageText,
    PublicPages,
    RolePlan,
    Subject,
    Subsystem,
    register,
)
from linli.subsystems.dataoffice.counter import COUNTER_TEMPLATE
from linli.subsystems.dataoffice.flow import REQUEST
from linli.subsystems.dataoffice.own import CODE_TEMPLATE

TITLES = {"zh-hans": "个人数据申请", "en": "Data requests"}
OWN = {"zh-hans": "我的数据", "en": "My data"}
CODES = {"zh-hans": "窗口发放查询码", "en": "Code at the counter"}

register(
    Subsystem(
        code="dataoffice",
        titles=TITLES,
        permissions=("data_request.hand_out",),
        flows=(REQUEST,),
        roles=(
            RolePlan(
                code="data_officer",
                titles={"zh-hans": "数据专员", "en": "Data officer"},
                permissions=(
                    "data_request.view",
                    "data_request.answer",
                    "data_request.carry_out",
                    "data_request.refuse",
                    "data_request.hand_out",
                ),
                sections=("work", "people", "ground", "figures"),
            ),
        ),
        adds={
            "acceptance": ("data_request.hand_out",),
            "auditor": ("data_request.view",),
            "leader": ("data_request.view",),
        },
        menu=(
            MenuEntry(
                titles=TITLES, url_name="dataoffice:requests", permission="data_request.view", icon="lock", section="people"
            ),
            MenuEntry(
                titles=CODES, url_name="dataoffice:counter", permission="data_request.hand_out", icon="key", section="people",
                order=110,
            ),
        ),
        urls="linli.subsystems.dataoffice.urls",
        api="linli.subsystems.dataoffice.api",
        demo="linli.subsystems.dataoffice.demo.ways",
        public_pages=(
            PublicPages(
                prefix="my-data",
                urls="linli.subsystems.dataoffice.public_pages",
                titles=OWN,
                explained={"zh-hans": "查看谁看过我的数据、何时、为何", "en": "Who saw my data, when and why"},
                icon="lock",
            ),
        ),
        messages=(
            MessageText(
                code=CODE_TEMPLATE,
                subject=gettext_lazy("Your code for “My data”"),
                body=gettext_lazy(
                    "%(code)s is your code for the page of your own data. It is good for 15 minutes and works once. Nobody of the "
                    "office will ask you for it. If you did not ask for it, leave it aside."
                ),
            ),
            MessageText(
                code=COUNTER_TEMPLATE,
                subject=gettext_lazy("A code for your data was made at a counter"),
                body=gettext_lazy(
                    "At %(unit)s a code for the page of your own data was made, for somebody who showed this document: "
                    "%(document)s. If it was not you, tell the data office at once."
                ),
            ),
        ),
        covers=(
            Cover(
                function="R-R3b",
                pages=("my-data:start", "my-data:page", "dataoffice:requests"),
            ),
        ),
        subjects=(
            Subject(code="data_request", titles=TITLES, tables=("dataoffice_datarequest",)),
            Subject(
                code="own_code",
                titles={"zh-hans": "本人查询码", "en": "Code for one's own page"},
                tables=("dataoffice_owncode", "dataoffice_owncodefor"),
            ),
        ),
    )
)  # fmt: skip
