"""Headers of a request and of a response: Werkzeug's types, quick for the ordinary case."""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import EnvironHeaders as WerkzeugsEnvironHeaders
from werkzeug.datastructures import Headers

from . import lookups

if t.TYPE_CHECKING:  # Werkzeug's signatures stay, with all their overloads

    class EnvironHeaders(WerkzeugsEnvironHeaders): ...

    class ResponseHeaders(Headers): ...

else:

    class EnvironHeaders(lookups.EnvironLookups, WerkzeugsEnvironHeaders):
        """The headers of a request, looked up without an exception for one that was not sent.

        They have no ``_list`` of pairs, which Werkzeug's have empty: where a view gives them to
        its response they are taken one by one.
        """

        def __init__(self, environ):
            # PERF: 0.1 against 0.3 µs through Werkzeug's two constructors (timeit).
            self.environ = environ

        def clear(self):
            """Change nothing, as with Werkzeug, where all other changes are refused."""

    class ResponseHeaders(lookups.PlainChanges, Headers):
        """Headers to which a new text value is added without Werkzeug's conversions."""
