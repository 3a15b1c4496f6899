"""People who pay for a bench and agreed to be thanked: the service inside which their data stand, and nothing else of it."""

from linli.core.platform.public import PersonService

SPONSORS = PersonService(
    code="sponsor",
    titles={"zh-hans": "长椅认捐", "en": "Sponsored bench"},
    why={
        "zh-hans": "您认捐了一张长椅，用于致谢和开具票据。",
        "en": "You pay for a bench; they are for the thanks and the receipt.",
    },
    consent={
        "zh-hans": "我同意为致谢和开具票据保存我的姓名、电话和身份证号，可随时撤回。",
        "en": "I agree that my name, phone and citizen number are kept for thanks and receipt. I may withdraw at any time.",
    },
    fields=(
        ("name", "important"),
        ("phone", "important"),
        ("mail", "important"),
        ("address", "important"),
        ("citizen_number", "core"),
        ("birth_day", "core"),
    ),
    purposes={
        "thank": {"zh-hans": "致谢", "en": "Thank"},
        "receipt": {"zh-hans": "开具票据", "en": "Write the receipt"},
        "inquiry": {"zh-hans": "依法核查", "en": "Inquiry as the law provides"},
    },
    general=("inquiry",),
    permission="example.view",
    keep_days=30,
)
