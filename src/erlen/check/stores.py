"""The store of server-side sessions."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from .finding import Finding
from .kinds import found
from .patience import TookTooLong, call_with_patience

if t.TYPE_CHECKING:
    from .survey import Survey


def check_session_store(survey: Survey) -> cabc.Iterator[Finding]:
    store = getattr(survey.app.session_interface, "store", None)
    ping = getattr(store, "ping", None)
    if ping is None:
        return
    try:
        call_with_patience(ping)
    except (Exception, TookTooLong) as exc:
        kind = survey.app.config.get("SESSION_TYPE") or type(store).__name__
        error = str(exc).removesuffix(".")
        yield found(
            "session-store-unreachable",
            "SESSION_TYPE",
            f"The store of the sessions ({kind}) does not answer: {error}. Requests that touch the"
            " session get a 503.",
            "Start it, or mend its address in the configuration.",
        )
