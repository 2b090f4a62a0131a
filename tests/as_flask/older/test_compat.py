from __future__ import annotations

import collections.abc as cabc

Code = cabc.Callable[[str], str]


def test_the_module_is_there_and_warns(code: Code) -> None:
    code(
        """
        with warned("flask._compat"):
            from flask._compat import PY2, iteritems, string_types, text_type, with_metaclass
        assert (PY2, text_type, list(iteritems({1: 2}))) == (False, str, [(1, 2)])

        class Meta(type):
            pass

        class Thing(with_metaclass(Meta, dict)):
            attribute = 1

        assert type(Thing) is Meta and Thing.__mro__[1] is dict and Thing.attribute == 1
        """
    )


def test_errors_are_raised_again_with_their_traceback(code: Code) -> None:
    code(
        """
        with warned("flask._compat"):
            from flask._compat import reraise
        import sys
        try:
            try:
                1 / 0
            except ZeroDivisionError:
                reraise(*sys.exc_info())
        except ZeroDivisionError as exc:
            assert exc.__traceback__ is not None
        """
    )


def test_it_brings_back_what_python_dropped_from_inspect(code: Code) -> None:
    lines = """
        import inspect
        with warned("flask._compat"):
            import flask._compat
        args, varargs, keywords, defaults = inspect.getargspec(lambda a, b=1, *c, **d: None)
        print(args, varargs, keywords, defaults)
    """
    assert code(lines) == "['a', 'b'] c d (1,)"
