"""Let atheris, which sees the branches that are taken, choose what the parsers are given.

    pip install atheris
    python -m tests.fuzz.guided test_no_header_makes_its_parser_raise -max_total_time=60

Takes the name of a test in `test_parsers` that hypothesis draws for; the rest is libFuzzer's.
Atheris is no dependency of the project: it runs on Linux and on some versions of Python only.
"""

from __future__ import annotations

import importlib
import sys
import typing as t


def find_test(name: str) -> t.Callable[[bytes], t.Any]:
    """Return what feeds bytes to the test of that name; ``LookupError`` lists those there are."""
    parsers = importlib.import_module("tests.fuzz.test_parsers")
    found = {
        key: value.hypothesis.fuzz_one_input
        for key, value in vars(parsers).items()
        if hasattr(value, "hypothesis")
    }
    if name not in found:
        raise LookupError(f"There is no test {name!r}, but {', '.join(sorted(found))}.")
    return t.cast("t.Callable[[bytes], t.Any]", found[name])


def main() -> None:
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        sys.exit("This needs atheris: pip install atheris")
    if len(sys.argv) < 2:
        sys.exit(str(__doc__))
    with atheris.instrument_imports(include=["erlen", "werkzeug"]):
        feed = find_test(sys.argv.pop(1))
    atheris.Setup(sys.argv, feed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
