"""The command ``erlen deps``."""

from __future__ import annotations

import collections.abc as cabc
import difflib
import pathlib
import re
import sys
import typing as t

import click

if t.TYPE_CHECKING:
    from .resolving import Finding

#: So many files take long enough to want to see how far it is.
MANY_FILES = 200


@click.command("deps", short_help="Write requirements.txt from the project's imports.")
@click.argument(
    "path", default=".", type=click.Path(exists=True, path_type=pathlib.Path), metavar="[PATH]"
)
@click.option(
    "-o",
    "--outfile",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=pathlib.Path),
    help="The file to write or to check: PATH/requirements.txt. With '-' it is printed.",
)
@click.option("--print", "prints", is_flag=True, help="Print instead of writing a file.")
@click.option("--check", is_flag=True, help="Compare with the file; exit with 1 if they differ.")
@click.option(
    "--pin",
    type=click.Choice(("==", ">=", "~=", "none")),
    default="==",
    show_default=True,
    help="How versions are fixed to the installed ones.",
)
@click.option("--force", is_flag=True, help="Overwrite a file that differs.")
@click.option(
    "--ignore", multiple=True, help="A file or folder to leave out; can be given several times."
)
def deps(
    path: pathlib.Path,
    outfile: pathlib.Path | None,
    prints: bool,
    check: bool,
    pin: str,
    force: bool,
    ignore: tuple[str, ...],
) -> None:
    """Write requirements.txt from what the Python files below PATH import.

    Versions are those of this environment. A line of the file whose comment says 'keep' stays,
    imported or not: a server, say, that nothing imports.

    \b
    Example:
      erlen deps                          write requirements.txt
      erlen deps src --pin '>=' --print   see what it would be
      erlen deps --check                  fail when the file is out of date
    """
    _require_packaging()
    from .requirements import write_line

    findings = _find(path, ignore)
    _tell_guesses(findings)
    folder = path if path.is_dir() else path.parent
    file = outfile or folder / "requirements.txt"

    if check:
        _check(findings, file)
        return

    wanted = [write_line(finding, pin) for finding in findings]

    if prints or str(file) == "-":
        click.echo("".join(f"{line}\n" for line in wanted), nl=False)
    else:
        _write(file, wanted, force)


def _require_packaging() -> None:
    try:
        import packaging  # noqa: F401
    except ModuleNotFoundError:
        raise click.ClickException(
            "packaging is not installed, and versions are read with it: pip install 'erlen[deps]'"
        ) from None


def _find(path: pathlib.Path, ignore: cabc.Sequence[str]) -> list[Finding]:
    from .imports import read_imports
    from .resolving import resolve
    from .sources import find_sources

    files = find_sources(path, ignore)

    if not files:
        raise click.ClickException(f"There are no Python files below {str(path)!r}.")

    sources = [read_imports(file) for file in _with_progress(files)]
    errors = [source.error for source in sources if source.error]

    if errors:
        raise click.ClickException(
            "These files cannot be read, so what they import is not known:\n\n"
            + "".join(f"    {error}\n" for error in errors)
            + "\nMend them, or leave them out: --ignore FILE"
        )

    return resolve([found for source in sources for found in source.imports], files, path)


def _with_progress(files: list[pathlib.Path]) -> cabc.Iterator[pathlib.Path]:
    if len(files) < MANY_FILES or not _is_terminal():
        yield from files
        return

    with click.progressbar(files, label="Reading files", file=sys.stderr) as shown:
        yield from shown


def _is_terminal() -> bool:
    return sys.stderr.isatty()


def _tell_guesses(findings: cabc.Iterable[Finding]) -> None:
    for finding in findings:
        if finding.version is not None:
            continue

        first = finding.imports[0]
        name = "goes by this name" if finding.known else "may go by another name"
        click.secho(
            f"{finding.name}: not installed, so without a version; it {name}"
            f" (imported as {first.top!r} in {first.path}:{first.line})",
            err=True,
            fg="yellow",
        )


def _check(findings: cabc.Sequence[Finding], file: pathlib.Path) -> None:
    from .requirements import compare

    differences = list(compare(findings, _read(file)))

    for difference in differences:
        kind, _, rest = difference.partition(":")
        click.echo(f"{click.style(kind, fg='red')}:{rest}")

    if differences:
        raise click.ClickException(
            f"{file} is out of date. Write it anew: erlen deps --force. A line that nothing"
            " imports stays with a comment: granian==2.8.1  # keep"
        )

    click.secho(f"{file} has what the project imports.", fg="green")


def _read(file: pathlib.Path) -> list[t.Any]:
    from .requirements import UnreadableRequirement, read_lines

    try:
        return read_lines(file)
    except FileNotFoundError as exc:
        raise click.ClickException(
            f"There is no file {exc.filename!r}. Write it: erlen deps"
        ) from None
    except UnreadableRequirement as exc:
        raise click.ClickException(str(exc)) from None
    except (OSError, UnicodeDecodeError) as exc:
        raise click.ClickException(f"{file} cannot be read: {exc}") from None


def _write(file: pathlib.Path, wanted: list[str], force: bool) -> None:
    try:
        _write_file(file, wanted, force)
    except (OSError, UnicodeDecodeError) as exc:
        raise click.ClickException(f"{file} cannot be written: {exc}") from None


def _write_file(file: pathlib.Path, wanted: list[str], force: bool) -> None:
    before = file.read_text(encoding="utf-8") if file.exists() else None

    if before is not None:
        wanted = _with_kept(wanted, before)

    after = "".join(f"{line}\n" for line in wanted)

    if before is not None and before != after and not force:
        _show_difference(file, before, after)
        raise click.ClickException(
            f"{file} exists and differs; nothing was written. Overwrite it: erlen deps --force"
        )

    file.write_text(after, encoding="utf-8")
    click.echo(f"{file}: {'unchanged' if before == after else f'{len(wanted)} requirements'}")


def _with_kept(wanted: list[str], before: str) -> list[str]:
    """Add the lines of the old file that ask to be kept."""
    from .requirements import KEEP

    kept = [line for line in before.splitlines() if KEEP.search(line)]
    names = {_name(line) for line in kept}
    lines = [*(line for line in wanted if _name(line) not in names), *kept]
    return sorted(lines, key=str.lower)


def _name(line: str) -> str:
    from packaging.utils import canonicalize_name

    return canonicalize_name(re.split(r"[^\w.-]", line, maxsplit=1)[0])


def _show_difference(file: pathlib.Path, before: str, after: str) -> None:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), str(file), "new", lineterm="", n=0
    )

    for line in lines:
        colour = {"+": "green", "-": "red"}.get(line[:1])
        click.secho(line, fg=colour)
