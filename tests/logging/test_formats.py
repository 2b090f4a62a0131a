from __future__ import annotations

import io
import json
import logging
import re
import sys
import typing as t

import pytest

from erlen.logging import JsonFormatter, TextFormatter


def record(message: str = "hello %s", *args: t.Any, **extra: t.Any) -> logging.LogRecord:
    logger = logging.getLogger("formats")
    return logger.makeRecord("formats", logging.INFO, __file__, 7, message, args, None, extra=extra)


def formatted(made: logging.LogRecord) -> dict[str, t.Any]:
    line = JsonFormatter().format(made)
    assert "\n" not in line
    found: dict[str, t.Any] = json.loads(line)
    return found


def test_a_record_is_one_object_a_line() -> None:
    found = formatted(record("hello %s", "Ada\nErlen", book="Emma"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found.pop("time"))
    assert found == {
        "level": "INFO",
        "logger": "formats",
        "message": "hello Ada\nErlen",
        "module": "test_formats",
        "line": 7,
        "book": "Emma",
    }


def test_a_traceback_is_part_of_the_object() -> None:
    made = record("failed")
    try:
        raise ValueError("lost")
    except ValueError:
        made.exc_info = sys.exc_info()
    made.stack_info = "Stack:\n  here"
    found = formatted(made)
    assert found["exception"].endswith("ValueError: lost")
    assert found["stack"] == "Stack:\n  here"


class Odd:
    def __repr__(self) -> str:
        return "<odd>"


CYCLE: list[t.Any] = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    "value,text",
    [
        (Odd(), "<odd>"),
        (float("nan"), "nan"),
        ({("a", 1): 2}, "{('a', 1): 2}"),
        (CYCLE, "[[...]]"),
        (b"\xff", "b'\\xff'"),
    ],
)
def test_what_json_cannot_hold_is_written_as_its_repr(value: t.Any, text: str) -> None:
    assert formatted(record("x", value=value))["value"] == text


def test_text_of_any_language_is_readable_and_any_text_can_be_written() -> None:
    line = JsonFormatter().format(record("你好 \ud800 \x00 \u2028"))
    assert "你好" in line
    line.encode()
    assert "\x00" not in line


def test_an_extra_cannot_take_the_place_of_a_field() -> None:
    assert formatted(record("hello", level="mine"))["level"] == "INFO"


def test_text_has_the_id_behind_the_message() -> None:
    formatter = TextFormatter("%(levelname)s: %(message)s")
    made = record("hello")
    assert formatter.format(made) == "INFO: hello"
    made.request_id = "abc"
    assert formatter.format(made) == "INFO: hello [abc]"
    assert io.StringIO(formatter.format(made)).readlines() == ["INFO: hello [abc]"]
