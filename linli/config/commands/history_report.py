"""What `linli cases import` says of an import: what was found, what was done, what was left open."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from linli.config.commands.exchange import show_unfinished

if TYPE_CHECKING:
    from linli.core.cases.public import HistoryReport

SHOWN = 20


def show_history_report(report: HistoryReport, seconds: float) -> None:
    """Prints what an import found and did, or would do."""
    from django.utils.translation import gettext as _

    taken = report.rows - report.faults.count
    _show_columns(report)
    click.echo(
        _("%(rows)s rows: %(good)s good, %(bad)s bad; %(types)s types.")
        % {"rows": report.rows, "good": taken, "bad": report.faults.count, "types": report.types}
    )
    _show_agreement(report)
    _show_readings(report)
    if report.ambiguous_times:
        click.echo(_("%s clock times came twice that night; the first was taken.") % report.ambiguous_times)
    click.echo(
        _("Catalogue: %(made)s categories made, %(unlimited)s of them without a limit.")
        % {"made": report.categories_made, "unlimited": len(report.types_without_limit)}
    )
    for line, reference in report.differing[:SHOWN]:
        click.echo(
            "  "
            + _("line %(line)s, %(reference)s: here already, and now different; it was left as it is")
            % {"line": line, "reference": reference}
        )
    click.echo(
        _("Of the new ones: %(nowhere)s without position, %(gridless)s without grid, %(old)s so old that their words are not kept any more.")
        % {"nowhere": report.without_position, "gridless": report.without_grid, "old": report.words_over}
    )  # fmt: skip
    _show_done(report, taken, seconds)


def _show_columns(report: HistoryReport) -> None:
    from django.utils.translation import gettext as _

    if report.columns is None:
        return
    for column in report.columns.left_out:
        click.echo(_("Column %s is left out: linli keeps nothing of this kind.") % column)
    if report.columns.dropped:
        click.echo(_("%s columns dropped as the mapping says.") % len(report.columns.dropped))


def _show_readings(report: HistoryReport) -> None:
    """Says how times were read where they could have been meant otherwise, and which bad values were dropped."""
    from django.utils.timezone import localtime
    from django.utils.translation import gettext as _

    sentences = {
        "due_date": _("%(count)s due dates say no time: “%(text)s” is taken as %(instant)s."),
        "date": _("%(count)s other dates say no time: “%(text)s” is taken as %(instant)s."),
        "year_first": _("%(count)s times are read as year, month, day: “%(text)s” is %(instant)s."),
        "excel": _("%(count)s times are day numbers of Excel: “%(text)s” is %(instant)s."),
    }
    for key, sentence in sentences.items():
        if key in report.readings:
            one = report.readings[key]
            instant = f"{localtime(one.instant, report.zone):%Y-%m-%d %H:%M:%S}"
            click.echo(sentence % {"count": one.count, "text": one.text, "instant": instant})
    for name, count in report.dropped.items():
        click.echo(
            _("%(count)s bad values of %(field)s are dropped as the mapping says.") % {"count": count, "field": name}
        )


def _show_agreement(report: HistoryReport) -> None:
    from django.utils.timezone import localtime
    from django.utils.translation import gettext as _

    if not report.has_flag:
        click.echo(
            _("Closed in time by our rule: late: %(late)s; %(without)s rows have no due time.")
            % {"late": report.late, "without": report.without_due}
        )
        return
    click.echo(
        _(
            "Closed in time: our rule and the old flag agree on %(agreeing)s rows and disagree on %(disagreeing)s; "
            "%(without_due)s rows have no due time, %(without_flag)s a due time and no flag; late: %(late)s."
        )
        % {
            "agreeing": report.agreeing, "disagreeing": len(report.disagreeing), "without_due": report.without_due,
            "without_flag": len(report.without_flag), "late": report.late,
        }
    )  # fmt: skip

    def clock(instant: datetime | None) -> str:
        return f"{localtime(instant, report.zone):%Y-%m-%d %H:%M:%S}" if instant else "—"

    words = {True: _("in time"), False: _("late"), None: _("open")}
    for one in report.disagreeing[:SHOWN]:
        click.echo(
            "  "
            + _("line %(line)s, %(reference)s: due %(due)s, closed %(closed)s: ours %(ours)s, theirs %(theirs)s")
            % {
                "line": one.line, "reference": one.reference, "due": clock(one.due_at), "closed": clock(one.closed_at),
                "ours": words[one.ours], "theirs": words[one.theirs],
            }
        )  # fmt: skip
    for line, reference, ours in report.without_flag[:SHOWN]:
        click.echo(
            "  "
            + _("line %(line)s, %(reference)s: no flag; by our rule %(word)s")
            % {"line": line, "reference": reference, "word": words[ours]}
        )


def _show_done(report: HistoryReport, taken: int, seconds: float) -> None:
    from django.utils.translation import gettext as _

    show_unfinished(report)
    if not report.written:
        click.echo(
            _("Would be added: %(added)s cases, %(unchanged)s are here already. Nothing was changed (%(seconds).1f s).")
            % {"added": report.added, "unchanged": report.unchanged, "seconds": seconds}
        )
        return
    number = _("import %s") % report.import_id if report.import_id else _("no import, nothing was new")
    click.echo(
        _("Cases: %(added)s added, %(unchanged)s here already; %(number)s (%(seconds).1f s, %(speed).0f rows/s).")
        % {
            "added": report.added, "unchanged": report.unchanged, "number": number, "seconds": seconds,
            "speed": taken / max(seconds, 0.001),
        }
    )  # fmt: skip
