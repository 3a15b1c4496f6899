"""What the core area `ledger` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import Cover, Package, Subject, register_area

COVERS = (
    Cover(
        function="R-R2",
        pages=("premises", "premises-record", "premises-do"),
        routes=("api:ledger-premises-record",),
        lacks="Residents do not collect themselves yet.",
    ),
)

register_area(
    Package(
        code="ledger",
        titles={"zh-hans": "台账", "en": "Ledgers"},
        covers=COVERS,
        subjects=(
            Subject(
                code="ledger",
                titles={"zh-hans": "台账值", "en": "Values of ledgers"},
                tables=("ledger_ledgervalue", "ledger_ledgermerge", "ledger_recordperson"),
            ),
        ),
    )
)
