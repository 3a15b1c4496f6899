"""Documents of forms for tests, small enough to be known by heart."""

from __future__ import annotations

from typing import Any

KEPT = {"purpose": "know the shops of the grid", "class": "general", "keep_days": 365}


def question(kind: str, name: str, **parts: Any) -> dict[str, Any]:
    """A question that can be taken; `parts` change it."""
    usual: dict[str, Any] = {"type": kind, "name": name, "label": {"zh-hans": f"问题 {name}", "en": f"Question {name}"}}
    if kind in ("one", "several"):
        usual["choices"] = [
            {"code": "shop", "label": {"zh-hans": "商店", "en": "Shop"}},
            {"code": "inn", "label": "旅馆"},
        ]
    return usual | parts


def form(*items: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A form of these items."""
    return {"form": 1, "titles": {"zh-hans": "登记", "en": "Register"}, "defaults": KEPT, "items": list(items), **parts}


def var(name: str) -> dict[str, str]:
    """A name in an expression."""
    return {"var": name}


SHOP = form(
    question("text", "shop_name", required=True, fact="premises.name"),
    question("one", "kind", required=True),
    question("number", "rooms", whole=True, least=1, most=500, unit={"zh-hans": "间", "en": "rooms"}, relevant={"==": [var("kind"), "inn"]}),
    {
        "type": "group", "name": "safety", "label": "安全", "relevant": {"==": [var("kind"), "inn"]},
        "items": [
            question("number", "doors", whole=True, constraint={">=": [var("doors"), 2]}, message="至少要有两个出口。"),
            question("calculated", "rooms_per_door", calculate={"round": [{"/": [var("rooms"), var("doors")]}, 1]}),
        ],
    },
    {
        "type": "repeat", "name": "staff", "label": "员工", "row": {"zh-hans": "员工", "en": "Worker"}, "least": 0, "most": 3,
        "items": [
            question("person", "worker", **{"class": "important"}),
            question("date", "born"),
            question("calculated", "age", calculate={"years_between": [var("born"), var("today")]}),
            question("text", "guardian", relevant={"<": [var("age"), 16]}, required=True),
        ],
    },
    question("calculated", "minors", calculate={"count": {"filter": [var("staff"), {"<": [var("age"), 16]}]}}, impersonal=True),
    question("photo", "front"),
    subject="premises",
)  # fmt: skip
