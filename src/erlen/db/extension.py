"""``db``: the extension object."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import typing as t
import warnings
import weakref

import sqlalchemy as sa
import sqlalchemy.exc as sa_exc
import sqlalchemy.orm as sa_orm

from ..ctx import has_app_context
from ..globals import current_app
from ..helpers import abort
from .async_session import AsyncSessions
from .base import make_base
from .engines import make_engines
from .lookups import Lookups
from .model import Model, _QueryProperty, is_declarative
from .names import Names
from .pagination import Pagination, SelectPagination
from .query import Query
from .record_queries import Recording, expect_queries, record_in_context
from .session import ContextRegistry, Session, engine_for
from .tables import BoundTable, make_table_class
from .track_modifications import track

if t.TYPE_CHECKING:
    import sqlalchemy.ext.asyncio as sa_async

    from ..app import Erlen

_M = t.TypeVar("_M")

#: A bind key, several, or "__all__".
BindKeys = str | None | list[str | None]


class SQLAlchemy(Names):
    """SQLAlchemy for one application or several: ``db = SQLAlchemy()``, ``db.init_app(app)``.

    Models, tables and metadata are shared by all applications; each has engines of its own,
    and each application context a session of its own.

    :param metadata: the default metadata, with a naming convention for example.
    :param session_options: for ``sessionmaker``; ``class_`` is the session's class, and
        ``scopefunc`` replaces the application context as what a session belongs to.
    :param query_class: the class of ``Model.query``.
    :param model_class: a mixin for ``db.Model``, or a declarative base of your own.
    :param engine_options: for every engine; the configuration goes before them.
    :param add_models_to_shell: whether ``erlen shell`` knows ``db`` and the models.
    :param disable_autonaming: leave classes without ``__tablename__`` without one.
    """

    def __init__(
        self,
        app: Erlen | None = None,
        *,
        metadata: sa.MetaData | None = None,
        session_options: dict[str, t.Any] | None = None,
        query_class: type[Query[t.Any]] = Query,
        model_class: type = Model,
        engine_options: dict[str, t.Any] | None = None,
        add_models_to_shell: bool = True,
        disable_autonaming: bool = False,
    ) -> None:
        super().__init__()
        self.Query = query_class
        self.session = self._make_scoped_session(session_options or {})
        self.metadatas: dict[str | None, sa.MetaData] = {}
        self._adopt_metadata(metadata, model_class)
        self.Table: type[BoundTable] = make_table_class(self._make_metadata)
        self.Model: t.Any = self._make_model(model_class, disable_autonaming)
        self._engine_options = engine_options or {}
        self._add_models_to_shell = add_models_to_shell
        self._engines_of: weakref.WeakKeyDictionary[Erlen, dict[str | None, sa.Engine]]
        self._engines_of = weakref.WeakKeyDictionary()
        self._async = AsyncSessions(self)
        self._lookups = Lookups()
        if app is not None:
            self.init_app(app)

    def __repr__(self) -> str:
        if not has_app_context():
            return f"<{type(self).__name__}>"
        others = len(self.engines) - 1
        more = f" +{others}" if others > 0 else ""
        return f"<{type(self).__name__} {next(iter(self.engines.values())).url}{more}>"

    def __getattr__(self, name: str) -> t.Any:
        if not name.startswith("_"):
            for module in (sa, sa_orm):
                if hasattr(module, name):
                    return getattr(module, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    # Set-up

    def init_app(self, app: Erlen) -> None:
        """Read the configuration of *app*, make its engines, and end sessions with its contexts."""
        if "sqlalchemy" in app.extensions:
            raise RuntimeError(
                f"A 'SQLAlchemy' instance has already been registered on the application"
                f" {app.name!r}. Import and use that instance instead."
            )
        engines = make_engines(app, self._engine_options)
        app.extensions["sqlalchemy"] = self
        self._engines_of[app] = engines
        app.teardown_appcontext(self._teardown)
        if self._add_models_to_shell:
            app.shell_context_processor(self._names_for_shell)
        for key in engines:
            self._make_metadata(key)
        if app.config.get("SQLALCHEMY_RECORD_QUERIES"):
            for engine in engines.values():
                record_in_context(engine)
        if app.config.get("SQLALCHEMY_TRACK_MODIFICATIONS"):
            track(self.session)

    def _make_scoped_session(self, options: dict[str, t.Any]) -> sa_orm.scoped_session[Session]:
        settings = {"class_": Session, "query_cls": self.Query, **options}
        scope = settings.pop("scopefunc", None)
        factory: sa_orm.sessionmaker[Session] = sa_orm.sessionmaker(db=self, **settings)
        session = sa_orm.scoped_session(factory, scope)
        if scope is None:
            t.cast(t.Any, session).registry = ContextRegistry(factory)
        return session

    def _adopt_metadata(self, metadata: sa.MetaData | None, model_class: type) -> None:
        if metadata is None:
            return
        if is_declarative(model_class):
            warnings.warn(
                f"The metadata of {model_class.__name__!r} is used, and not the one given to"
                " SQLAlchemy(). Write 'metadata = ...' in the base class instead.",
                DeprecationWarning,
                stacklevel=3,
            )
            return
        metadata.info["bind_key"] = None
        self.metadatas[None] = metadata

    def _make_model(self, model_class: type, disable_autonaming: bool) -> t.Any:
        base = make_base(model_class, self.metadatas.get(None))
        self.metadatas[None] = base.metadata
        base.metadata.info["bind_key"] = None
        base.__fsa__ = self
        base.query_class = self.Query
        if disable_autonaming:
            base.__autoname__ = False
        if not issubclass(base, Model):
            base.query = _QueryProperty()
        return base

    def _make_metadata(self, bind_key: str | None) -> sa.MetaData:
        """Return the metadata of a bind key, made with the default one's naming convention."""
        found = self.metadatas.get(bind_key)
        if found is None:
            convention = self.metadatas[None].naming_convention
            info = {"bind_key": bind_key}
            found = sa.MetaData(naming_convention=convention, info=info)
            self.metadatas[bind_key] = found
        return found

    def _names_for_shell(self) -> dict[str, t.Any]:
        models = {mapper.class_.__name__: mapper.class_ for mapper in _registry(self.Model).mappers}
        return {**models, "db": self}

    def _teardown(self, exc: BaseException | None) -> None:
        try:
            self._end_session()
        finally:
            self._async.remove()

    def _end_session(self) -> None:
        registry: t.Any = self.session.registry
        if not isinstance(registry, ContextRegistry):
            self.session.remove()
            return
        # PERF: one look for the session instead of the four of `remove()`: 10.2 µs to make and
        # end one, instead of 11.0 (timeit).
        session = registry.pop()
        if session is not None:
            session.close()

    # Engines and tables

    @property
    def metadata(self) -> sa.MetaData:
        """The metadata without a bind key."""
        return self.metadatas[None]

    @property
    def engines(self) -> cabc.Mapping[str | None, sa.Engine]:
        """The engines of the current application by bind key; None is the default one's."""
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        try:
            return self._engines_of[app]
        except KeyError:
            pass
        raise RuntimeError(
            f"The current application {app.name!r} is not registered with this 'SQLAlchemy'"
            " instance. Call 'db.init_app(app)' with it; if that was done, there are several"
            " 'SQLAlchemy' instances, and this is another one."
        )

    @property
    def engine(self) -> sa.Engine:
        """The default engine of the current application."""
        return engine_for(None, self.engines)

    def get_engine(self, bind_key: str | None = None, *, bind: str | None = None) -> sa.Engine:
        """Return an engine of the current application, as ``engines[bind_key]``.

        Flask-SQLAlchemy's older name, by which ``env.py`` files of Flask-Migrate ask.
        """
        return self.engines[bind if bind_key is None else bind_key]

    def create_all(self, bind_key: BindKeys = "__all__") -> None:
        """Create the tables that are missing, for all bind keys or those given."""
        for metadata, engine in self._databases(bind_key):
            metadata.create_all(engine)

    def drop_all(self, bind_key: BindKeys = "__all__") -> None:
        """Drop the tables, for all bind keys or those given."""
        for metadata, engine in self._databases(bind_key):
            metadata.drop_all(engine)

    def reflect(self, bind_key: BindKeys = "__all__") -> None:
        """Read the tables from the database, for all bind keys or those given."""
        for metadata, engine in self._databases(bind_key):
            metadata.reflect(engine)

    def _databases(self, bind_key: BindKeys) -> list[tuple[sa.MetaData, sa.Engine]]:
        if bind_key == "__all__":
            keys = list(self.metadatas)
        else:
            keys = bind_key if isinstance(bind_key, list) else [bind_key]
        engines = self.engines
        return [(self.metadatas[key], engine_for(key, engines)) for key in keys]

    @property
    def async_session(self) -> sa_async.AsyncSession:
        """The asynchronous session of the current context, for coroutine views."""
        return self._async.current()

    # Rows

    def get_or_404(
        self, entity: type[_M], ident: t.Any, *, description: str | None = None, **kwargs: t.Any
    ) -> _M:
        """Return the row with the primary key *ident*, or abort with 404."""
        row = self.session.get(entity, ident, **kwargs)
        if row is None:
            abort(404, description=description)
        return row

    def first_or_404(self, statement: sa.Select[_M], *, description: str | None = None) -> _M:
        """Return the first row's first value, or abort with 404."""
        row = self.session.execute(statement).scalar()
        if row is None:
            abort(404, description=description)
        return row

    def one_or_404(self, statement: sa.Select[_M], *, description: str | None = None) -> _M:
        """Return the only row's value, or abort with 404 when there is none or more than one."""
        try:
            return self.session.execute(statement).scalar_one()
        except (sa_exc.NoResultFound, sa_exc.MultipleResultsFound):
            abort(404, description=description)

    def paginate(
        self,
        select: sa.Select[_M],
        *,
        page: int | None = None,
        per_page: int | None = None,
        max_per_page: int | None = None,
        error_out: bool = True,
        count: bool = True,
    ) -> Pagination[_M]:
        """Return one page of what *select* finds.

        :param page: counted from 1; by default what the request's query says, else 1.
        :param per_page: by default what the request's query says, else 20.
        :param max_per_page: the most that a request may ask for.
        :param error_out: abort with 404 for a page that is not there.
        :param count: whether to count all rows, which is a second query.
        """
        return SelectPagination(
            select=select,
            session=self.session(),
            page=page,
            per_page=per_page,
            max_per_page=max_per_page,
            error_out=error_out,
            count=count,
        )

    # Relationships whose collections are queries

    @t.overload
    def relationship(self, argument: type[_M], **kwargs: t.Any) -> sa_orm.Relationship[_M]: ...
    @t.overload
    def relationship(self, *args: t.Any, **kwargs: t.Any) -> sa_orm.Relationship[t.Any]: ...
    def relationship(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        """As ``sqlalchemy.orm.relationship``; a dynamic one is a query of ``db.Query``."""
        self._set_query_class(kwargs)
        return sa_orm.relationship(*args, **kwargs)

    def dynamic_loader(self, argument: t.Any = None, **kwargs: t.Any) -> t.Any:
        """Return a relationship that is a query of ``db.Query``."""
        self._set_query_class(kwargs)
        return sa_orm.dynamic_loader(argument, **kwargs)

    #: The name before SQLAlchemy 0.5.
    relation = relationship

    def _set_query_class(self, kwargs: dict[str, t.Any]) -> None:
        kwargs.setdefault("query_class", self.Query)
        backref = kwargs.get("backref")
        if backref is not None:
            name, options = (backref, {}) if isinstance(backref, str) else backref
            kwargs["backref"] = (name, {"query_class": self.Query, **options})

    # Tests

    @contextlib.contextmanager
    def expect_queries(
        self, exactly: int | None = None, *, max: int | None = None, min: int | None = None
    ) -> cabc.Iterator[Recording]:
        """Fail with ``AssertionError`` when more, fewer or other than that many queries are made.

        Counts what every thread sends to any engine of this ``db``; the requests of a test
        client are what it is for.
        """
        engines = [engine for engines in self._engines_of.values() for engine in engines.values()]
        with expect_queries(engines, exactly, max, min) as recording:
            yield recording


def _registry(model: t.Any) -> sa_orm.registry:
    registry: sa_orm.registry = model._sa_registry
    return registry
