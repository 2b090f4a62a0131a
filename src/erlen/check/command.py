"""``erlen check``: look the application over before it goes live."""

from __future__ import annotations

import difflib
import traceback
import typing as t

import click

from ..cli import NoAppException, ScriptInfo, pass_script_info
from . import check_app
from .finding import LEVELS, Finding, Level
from .kinds import KINDS, TAGS
from .places import at
from .printing import as_json, as_text, failure_as_json, kinds_as_json, kinds_as_text

if t.TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ..app import Erlen


class CannotLoad(click.ClickException):
    """The application is there, but importing or making it raised."""

    exit_code = 2


def _complete_id(ctx: click.Context, param: click.Parameter, text: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    kinds = KINDS.values()
    return [
        CompletionItem(each.id, help=each.summary) for each in kinds if each.id.startswith(text)
    ]


@click.command("check", short_help="Look the app over before it goes live.")
@click.option("--deploy", is_flag=True, help="Hold the rules for production as well.")
@click.option("--json", "prints_json", is_flag=True, help="Print JSON.")
@click.option(
    "--fail-level",
    type=click.Choice(LEVELS),
    default="error",
    show_default=True,
    help="The least that makes the exit status 1.",
)
@click.option(
    "--tag",
    "tags",
    type=click.Choice(TAGS),
    multiple=True,
    help="Make only these checks. Can be given several times.",
)
@click.option(
    "--ignore",
    metavar="ID",
    multiple=True,
    shell_complete=_complete_id,
    help="Leave findings of this kind out. Can be given several times.",
)
@click.option("--list", "lists", is_flag=True, help="List the kinds of findings, and stop.")
@pass_script_info
@click.pass_context
def check_command(
    ctx: click.Context,
    info: ScriptInfo,
    deploy: bool,
    prints_json: bool,
    fail_level: Level,
    tags: tuple[str, ...],
    ignore: tuple[str, ...],
    lists: bool,
) -> None:
    """Print what should be mended, with its place, the reason and the mend.

    The exit status is 0 when there is no error, 1 when there is one, and 2 when the application
    could not be loaded. --json prints an object with "findings" in the first two cases, and in
    the last one with "failure", the sentence that is on standard error as well.

    \b
    Examples:
        erlen --app shop check
        erlen --app shop check --deploy --fail-level warning
        erlen --app shop check --ignore any-host --json
    """
    if lists:
        click.echo(kinds_as_json() if prints_json else "\n".join(kinds_as_text()))
        return
    try:
        app = _load(info)
    except click.ClickException as exc:
        if prints_json:
            click.echo(failure_as_json(exc.format_message()))
        raise
    findings = check_app(app, deploy=deploy, tags=tags)
    _warn_of_unknown_ids(ignore, findings)
    findings = [finding for finding in findings if finding.id not in ignore]
    click.echo(as_json(findings) if prints_json else "\n".join(as_text(findings, deploy)))
    if any(finding.is_at_least(fail_level) for finding in findings):
        ctx.exit(1)


def _load(info: ScriptInfo) -> Erlen:
    """Load the application with the debug mode that it gives itself.

    :raises CannotLoad: it raised.
    """
    try:
        app = info.load_app()
        app.debug = info.debug_of_its_own
        return app
    except NoAppException:
        raise
    except Exception as exc:
        frame = traceback.extract_tb(exc.__traceback__)[-1]
        place = at(frame.filename, frame.lineno or 0)
        if isinstance(exc, SyntaxError) and exc.filename:
            place = at(exc.filename, exc.lineno or 0)
        raise CannotLoad(
            f"The application could not be loaded, so that nothing was checked.\n"
            f"{place}: {type(exc).__name__}: {exc}"
        ) from exc


def _warn_of_unknown_ids(ignored: tuple[str, ...], findings: list[Finding]) -> None:
    known = {*KINDS, *(finding.id for finding in findings)}
    for id in ignored:
        if id not in known:
            close = difflib.get_close_matches(id, known, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else " erlen check --list has them all."
            click.secho(f"--ignore {id}: there is no such finding.{hint}", err=True, fg="yellow")
