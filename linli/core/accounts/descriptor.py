"""What the core area `accounts` brings: staff lists from files, and what a city needs of people. It has no tables of its own."""

from linli.core.accounts.factor_settings import SECOND_FACTORS
from linli.core.accounts.people_import import PEOPLE_LIST
from linli.core.accounts.setup_steps import CHECKS, STEPS
from linli.core.configuration.public import with_files
from linli.core.platform.public import Package, register_area

register_area(
    Package(
        code="accounts",
        titles={"zh-hans": "账号页面", "en": "Pages of accounts"},
        imports=(PEOPLE_LIST,),
        setup=STEPS,
        checks=CHECKS,
        settled=with_files(SECOND_FACTORS),
    )
)
