"""Server-side sessions: the data is in a store, the browser has a random id."""

from __future__ import annotations

import contextlib
import functools
import time
import typing as t

from .._core.respond import VARY_BY_COOKIE
from .._core.states import environ_of
from ..config import Config
from .failures import StoreError
from .header import cookie_of, mark_for_caches
from .ids import PlainIds, SignedIds, make_id
from .interface import SessionInterface, SessionUnavailable
from .keeper import Keeper
from .passage import FAILED, Cookie, open_session, save
from .plan import StoragePlan, is_setting
from .record import ServerSideSession
from .stores.base import Change, Held, Outcome, Record, Store
from .unavailable import UnavailableSession

if t.TYPE_CHECKING:
    from ..app import Erlen
    from ..wrappers import Request, Response
    from .cookie_passage import Completion, Pairs
    from .data import SessionMixin
    from .serialization import Serializer


class ServerSideSessionInterface(Keeper, SessionInterface):
    """Opens sessions from a store and applies to it what requests did to them.

    :param store: where they are kept.
    :param serializer: makes bytes of values.
    :param permanent: whether new sessions are.
    :param id_length: bytes of randomness in an id.
    :param signs: whether the cookie is signed.
    :param max_size: bytes of a session; 0 for no limit.
    :param readonly: whether a store that fails leaves requests an empty session to read from.
    """

    opens_on_first_touch = True
    session_class = ServerSideSession

    #: Seconds after which a browser that got a 503 may ask again.
    retry_after = 5

    def __init__(
        self,
        app: Erlen,
        store: Store,
        serializer: Serializer,
        *,
        permanent: bool = True,
        id_length: int = 32,
        signs: bool = False,
        max_size: int = 2**20,
        readonly: bool = False,
    ) -> None:
        self._logger_of = app
        self.store = store
        self.serializer = serializer
        self.permanent = permanent
        self.id_length = id_length
        self.max_size = max_size
        self.readonly = readonly
        self._ids: PlainIds | SignedIds = SignedIds(app) if signs else PlainIds()

    # Opening

    def open_session(self, app: Erlen, request: Request) -> ServerSideSession | UnavailableSession:
        return open_session(self, app, request)

    def _new_session(self) -> ServerSideSession:
        session = self.session_class(self, make_id(self.id_length), None)
        if self.permanent:
            session._values["_permanent"] = True
        return session

    def _without_store(self, request: Request, exc: StoreError) -> UnavailableSession:
        failure = self.unavailable("read", exc)
        # Whoever asks again, the page of the error for one, gets an empty one to read from.
        environ_of(request)[FAILED] = failure
        if not self.readonly:
            raise failure
        return UnavailableSession(failure)

    def unavailable(self, what: str, exc: StoreError) -> SessionUnavailable:
        """Log that the store failed, and return the 503 for it."""
        self._logger_of.logger.error("The session could not be %s: %s", what, exc)
        failure = SessionUnavailable(retry_after=self.retry_after)
        failure.__cause__ = exc
        return failure

    def report_unreadable(self, key: str, exc: Exception) -> None:
        """Log that a value counts as missing; not what it is, nor whose."""
        self._logger_of.logger.error(
            "session[%r] cannot be read (%s) and counts as missing. It stays in the store until the"
            " key is set or deleted.",
            key,
            type(exc).__name__,
        )

    def _make_plan(self, app: Erlen) -> StoragePlan:
        settings = app._session_settings
        plan = StoragePlan(app, self)
        if (
            app.session_interface is self
            and Config in type(app.config).__mro__  # a dict tells nothing of its changes
            and is_setting(app, "permanent_session_lifetime")
            and getattr(self.get_cookie_name, "__func__", None) is SessionInterface.get_cookie_name
        ):
            app._session_plan = plan
            if app._session_settings is not settings:  # another thread changed one meanwhile
                app._session_plan = None
        return plan

    # Saving

    def is_null_session(self, obj: object) -> bool:
        # PERF: asking an abstract mapping what it is takes 0.3 µs, here and below.
        return type(obj) is not ServerSideSession and super().is_null_session(obj)

    def save_session(self, app: Erlen, session: SessionMixin, response: Response) -> None:
        is_ours = type(session) is ServerSideSession or isinstance(session, ServerSideSession)
        cookie = save(self, app, t.cast(t.Any, session)) if is_ours else None
        self._complete(app, session, cookie, response)

    def save_apart(self, app: Erlen, session: SessionMixin) -> Pairs | Completion:
        """Save *session* for a response that is not made yet, and may never have to be.

        Return the headers that it takes; where there is more to it, a function that takes the
        response and returns it finished.
        """
        own = self.__dict__
        if (
            type(session) is not ServerSideSession
            or type(self).save_session is not _save_session
            or "save_session" in own
            or "is_null_session" in own
        ):
            return functools.partial(app._save_session, session)
        cookie = save(self, app, session)
        if cookie is None:
            return [VARY_BY_COOKIE] if session.accessed else []
        return functools.partial(self._complete, app, session, cookie)

    def _complete(
        self, app: Erlen, session: SessionMixin, cookie: Cookie | None, response: Response
    ) -> Response:
        """Give the response the headers of its session."""
        if cookie is not None:
            self._send_cookie(app, session, cookie, response)
        if cookie is not None or session.accessed:
            mark_for_caches(response, sets_cookie=cookie is not None)
        return response

    def _save_anew(self, session: ServerSideSession, lifetime: float) -> Cookie | None:
        """Save what the store does not have under this id."""
        if session._record is None or session._old_id is None:
            return self._create(session, lifetime)
        return self._move(session, session._old_id, lifetime)

    def _create(self, session: ServerSideSession, lifetime: float) -> Cookie | None:
        if not session:
            return Cookie.DELETE if session._leaves_cookie else None
        session._touched.update(dict.fromkeys(session._values, True))
        change = t.cast(Change, session._change())
        change.generation = make_id(6)
        change.deletes, change.cleared, change.creates = (), False, True
        change.expires = time.time() + lifetime
        self.apply(self.store, session._id, change)
        session._settle(Outcome.APPLIED, change)
        return Cookie.SET

    def _move(self, session: ServerSideSession, old_id: str, lifetime: float) -> Cookie | None:
        """Destroy the record under the old id and create it, newest value and all, under the new.

        Where it was destroyed already, the new one has only what this request put into it.
        """
        change = session._change() or Change("")
        newest = self._destroy(self.store, old_id)
        record = session._record
        was_there = newest is not None and record and newest.generation == record.generation
        fields = dict(newest.fields) if newest and was_there and not change.cleared else {}
        fields.update(change.sets)
        for key in change.deletes:
            fields.pop(key, None)
        session._old_id = None
        session._take(None)
        session._stored = fields
        if not session:
            return Cookie.DELETE
        creation = Change(make_id(6), fields, expires=time.time() + lifetime, creates=True)
        self.apply(self.store, session._id, creation)
        session._settle(Outcome.APPLIED, creation)
        return Cookie.SET

    def _tell_of_lost_change(self) -> None:
        self._logger_of.logger.info(
            "A request changed a session that was ended while it ran; the change is dropped."
        )

    def _refresh(
        self, session: ServerSideSession, record: Record, lifetime: float
    ) -> Cookie | None:
        """Let a session that was only read live on."""
        expires = time.time() + lifetime
        try:
            is_there = self.store.touch(session._id, record.generation, expires)
        except StoreError as exc:  # what was asked for is done; the next request tries again
            self._logger_of.logger.warning("The session could not be kept alive: %s", exc)
            return None
        record.expires = expires
        return Cookie.SET if is_there and session.permanent else None

    def _send_cookie(self, app: Erlen, session: t.Any, what: Cookie, response: Response) -> None:
        cookie = cookie_of(self, app)
        if what is Cookie.DELETE:
            cookie.delete(response)
            return
        expires = self.get_expiration_time(app, session)
        # An id, signed or not, has no character that would have to be quoted.
        cookie.set_plain(response, self._ids.write(session._id), expires, 0)

    # What sessions ask for

    def regenerate(self, session: ServerSideSession) -> None:
        """Do what :meth:`ServerSideSession.regenerate` does, as Flask-Session has it."""
        session.regenerate()

    def destroy(self, session: ServerSideSession) -> None:
        """Remove the session from the store, under whichever id it is there."""
        if session._record is not None:
            # What the lock's block wrote, only the lock's own connection can remove before its end.
            store = self.store if session._lock is None else session._lock.store
            self._destroy(store, session._old_id or session._id)

    def prune(self) -> None:
        """Let the store remove what has expired; a failure is logged."""
        try:
            self.store.prune()
        except StoreError as exc:
            self._logger_of.logger.warning("Expired sessions could not be removed: %s", exc)

    def _destroy(self, store: Store, id: str) -> Record | None:
        try:
            return store.destroy(id)
        except StoreError as exc:
            raise self.unavailable("destroyed", exc) from exc

    def apply(self, store: Store, id: str, change: Change) -> Outcome:
        """Apply *change*; a store that fails makes it a 503."""
        try:
            return store.apply(id, change)
        except StoreError as exc:
            raise self.unavailable("saved", exc) from exc

    def hold(self, stack: contextlib.ExitStack, id: str, timeout: float) -> Held:
        """Take the lock until *stack* is closed."""
        try:
            held = stack.enter_context(self.store.lock(id, timeout))
        except StoreError as exc:
            raise self.unavailable("locked", exc) from exc
        return held

    def read_again(self, session: ServerSideSession, held: Held | None, id: str) -> None:
        """Begin from what is stored now."""
        store = self.store if held is None else held.store
        known = session._record
        try:
            record = store.load(id)
        except StoreError as exc:
            raise self.unavailable("read", exc) from exc
        if record is None or known is None or record.generation != known.generation:
            session._is_gone = True
            record = None
        session._take(record)
        if record is None:
            session._record = known


_save_session = ServerSideSessionInterface.save_session
