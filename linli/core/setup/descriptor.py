"""What the core area `setup` brings: how the city is reached, which stands on the pages of residents. It has no tables of its own."""

from linli.core.platform.public import Package, register_area
from linli.core.setup.residents_pages import HOTLINE, OFFICE, PUBLIC_STEP

register_area(
    Package(
        code="setup",
        titles={"zh-hans": "公众页面", "en": "Residents' pages"},
        settings=(HOTLINE, OFFICE),
        setup=(PUBLIC_STEP,),
    )
)
