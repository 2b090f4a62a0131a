"""What a context-local proxy forwards: every operation that Python looks up on the class.

Attributes can be intercepted on the instance; ``len(proxy)``, ``proxy + 1`` or ``await proxy``
cannot, so each of them is a method here that finds the object and does the same to it.
"""

from __future__ import annotations

import copy
import math
import operator
import os
import typing as t

_Method = t.Callable[..., t.Any]


class _Holder:
    __slots__ = ("_get_current_object", "_source")


# PERF: the slot's own getter, since `self.name` would end in __getattribute__ again: 40 ns,
# object.__getattribute__ takes 65.
finder_of: t.Callable[[t.Any], t.Callable[[], t.Any]]
finder_of = _Holder.__dict__["_get_current_object"].__get__
# Through the slots, since object.__setattr__ refuses what has an extension type among its bases.
set_finder: t.Callable[[t.Any, t.Any], None] = _Holder.__dict__["_get_current_object"].__set__
set_source: t.Callable[[t.Any, t.Any], None] = _Holder.__dict__["_source"].__set__


def _unary(operation: _Method) -> _Method:
    return lambda self: operation(finder_of(self)())


def _binary(operation: _Method) -> _Method:
    return lambda self, other: operation(finder_of(self)(), other)


def _reflected(operation: _Method) -> _Method:
    return lambda self, other: operation(other, finder_of(self)())


def _in_place(operation: _Method) -> _Method:
    """Keep the proxy when the object was changed; a new object takes the proxy's place."""

    def method(self: t.Any, other: t.Any) -> t.Any:
        obj = finder_of(self)()
        rv = operation(obj, other)
        return self if rv is obj else rv

    return method


def _any_arguments(operation: _Method) -> _Method:
    return lambda self, /, *args, **kwargs: operation(finder_of(self)(), *args, **kwargs)


def _method(name: str) -> _Method:
    """Forward to the object's method, for operations that have no function of their own."""
    return lambda self, *args: getattr(finder_of(self)(), name)(*args)


class Operations(_Holder):
    """Every operation that Python looks up on the class, where no instance can intercept it."""

    __slots__ = ()

    def __repr__(self) -> str:
        try:
            obj = finder_of(self)()
        except RuntimeError:
            return f"<{type(self).__name__} unbound>"
        return repr(obj)

    def __bool__(self) -> bool:
        try:
            obj = finder_of(self)()
        except RuntimeError:
            return False
        return bool(obj)

    def __dir__(self) -> list[str]:
        try:
            obj = finder_of(self)()
        except RuntimeError:
            return []
        return dir(obj)

    def __setattr__(self, name: str, value: t.Any) -> None:
        if name == "__orig_class__":  # LocalProxy[Thing](...) would leave its mark on the thing
            raise AttributeError(name)
        setattr(finder_of(self)(), name, value)

    def __setitem__(self, key: t.Any, value: t.Any) -> None:
        finder_of(self)()[key] = value

    __delattr__ = _binary(delattr)

    __str__ = _unary(str)
    __bytes__ = _unary(bytes)
    __format__ = _binary(format)
    __hash__ = _unary(hash)
    __fspath__ = _unary(os.fspath)
    __copy__ = _unary(copy.copy)
    __deepcopy__ = _binary(copy.deepcopy)

    __lt__ = _binary(operator.lt)
    __le__ = _binary(operator.le)
    __eq__ = _binary(operator.eq)
    __ne__ = _binary(operator.ne)
    __gt__ = _binary(operator.gt)
    __ge__ = _binary(operator.ge)

    __call__ = _any_arguments(lambda obj, /, *args, **kwargs: obj(*args, **kwargs))
    __instancecheck__ = _reflected(isinstance)
    __subclasscheck__ = _reflected(issubclass)

    __len__ = _unary(len)
    __length_hint__ = _unary(operator.length_hint)
    __getitem__ = _binary(operator.getitem)
    __delitem__ = _binary(operator.delitem)
    __contains__ = _binary(operator.contains)
    __iter__ = _unary(iter)
    __next__ = _unary(next)
    __reversed__ = _unary(reversed)

    __enter__ = _method("__enter__")
    __exit__ = _method("__exit__")
    __await__ = _method("__await__")
    __aiter__ = _method("__aiter__")
    __anext__ = _method("__anext__")
    __aenter__ = _method("__aenter__")
    __aexit__ = _method("__aexit__")

    __neg__ = _unary(operator.neg)
    __pos__ = _unary(operator.pos)
    __abs__ = _unary(abs)
    __invert__ = _unary(operator.invert)
    __int__ = _unary(int)
    __float__ = _unary(float)
    __complex__ = _unary(complex)
    __index__ = _unary(operator.index)
    __round__ = _any_arguments(round)
    __trunc__ = _unary(math.trunc)
    __floor__ = _unary(math.floor)
    __ceil__ = _unary(math.ceil)

    __add__ = _binary(operator.add)
    __sub__ = _binary(operator.sub)
    __mul__ = _binary(operator.mul)
    __matmul__ = _binary(operator.matmul)
    __truediv__ = _binary(operator.truediv)
    __floordiv__ = _binary(operator.floordiv)
    __mod__ = _binary(operator.mod)
    __divmod__ = _binary(divmod)
    __pow__ = _any_arguments(pow)
    __lshift__ = _binary(operator.lshift)
    __rshift__ = _binary(operator.rshift)
    __and__ = _binary(operator.and_)
    __xor__ = _binary(operator.xor)
    __or__ = _binary(operator.or_)

    __radd__ = _reflected(operator.add)
    __rsub__ = _reflected(operator.sub)
    __rmul__ = _reflected(operator.mul)
    __rmatmul__ = _reflected(operator.matmul)
    __rtruediv__ = _reflected(operator.truediv)
    __rfloordiv__ = _reflected(operator.floordiv)
    __rmod__ = _reflected(operator.mod)
    __rdivmod__ = _reflected(divmod)
    __rpow__ = _reflected(pow)
    __rlshift__ = _reflected(operator.lshift)
    __rrshift__ = _reflected(operator.rshift)
    __rand__ = _reflected(operator.and_)
    __rxor__ = _reflected(operator.xor)
    __ror__ = _reflected(operator.or_)

    __iadd__ = _in_place(operator.iadd)
    __isub__ = _in_place(operator.isub)
    __imul__ = _in_place(operator.imul)
    __imatmul__ = _in_place(operator.imatmul)
    __itruediv__ = _in_place(operator.itruediv)
    __ifloordiv__ = _in_place(operator.ifloordiv)
    __imod__ = _in_place(operator.imod)
    __ipow__ = _in_place(operator.ipow)
    __ilshift__ = _in_place(operator.ilshift)
    __irshift__ = _in_place(operator.irshift)
    __iand__ = _in_place(operator.iand)
    __ixor__ = _in_place(operator.ixor)
    __ior__ = _in_place(operator.ior)


class _Blank:
    """What checks of structure see in the place of :class:`Operations`: nothing at all."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]


class HonestType(type):
    """Keeps ``isinstance(proxy, Iterator)`` and the like true to the object.

    Such a check asks the object's class first, then searches the proxy's own ancestors for
    ``__next__``. It would find it, for every proxy: a proxied dict would pass for an iterator
    and for an awaitable.
    """

    @property
    def __mro__(cls) -> tuple[type, ...]:
        return tuple(_Blank if base is Operations else base for base in super().__mro__)
