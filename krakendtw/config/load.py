"""From a file's name to everything that the gateway is built from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from krakendtw.config.extra import Finding, configure, grouped
from krakendtw.config.references import (
    Mask,
    may_have_references,
    resolve_references,
)
from krakendtw.config.resolve import resolve
from krakendtw.config.source import (
    PlainData,
    Source,
    overlay_environment,
    parse_document,
    read_source,
)
from krakendtw.config.structure import structure
from krakendtw.errors import ConfigError, PluginError

if TYPE_CHECKING:
    from krakendtw.config.document import ServiceDocument
    from krakendtw.config.model import ServiceConfig
    from krakendtw.log import Log
    from krakendtw.plugin import Registry


@frozen
class Loaded:
    """A configuration that can be started.

    :ivar unknown: the namespaces that nobody owns, and where they stand.
    :ivar skipped: where a component, or the plugin folder, is left out, and why.
    :ivar doubts: what of a component is without effect, and why.
    :ivar source: what was read, and how the template fared if there was one.
    :ivar mask: hides what the document's references stand for.
    """

    config: ServiceConfig
    unknown: tuple[Finding, ...] = ()
    skipped: tuple[Finding, ...] = ()
    doubts: tuple[Finding, ...] = ()
    source: Source | None = field(default=None, eq=False)
    mask: Mask = field(factory=Mask, eq=False, repr=False)

    def report(self, log: Log) -> None:
        """Log each unknown namespace once, and all that is left out."""
        lines = [
            *(f"Ignoring an unknown namespace: {it}" for it in grouped(self.unknown)),
            *(f"Left out: {it}" for it in grouped(self.skipped)),
            *(f"Without effect: {it}" for it in grouped(self.doubts)),
        ]
        for line in lines:
            log.warning(line)


def read_service(
    path: str, environ: Mapping[str, str], source: Source | None = None
) -> tuple[ServiceDocument, ServiceConfig]:
    """The document as written, and resolved with ``extra_config`` still raw.

    :param source: what was read already, see :attr:`Loaded.source`.
    :raises ConfigError: nothing, or nothing more, can be read.
    """
    return _read(path, environ, source or read_source(path, environ))[:2]


def _read(
    path: str, environ: Mapping[str, str], source: Source
) -> tuple[ServiceDocument, ServiceConfig, Mask]:
    """The document and the service, with the mask of what must not be printed."""
    where = source.root(path)
    data = overlay_environment(_parse(source, path), environ)
    mask = Mask()
    if may_have_references(source.content, environ):
        data, mask = resolve_references(data, environ, where)
    try:
        document = structure(data, where)
        return document, resolve(document, where), mask
    except ConfigError as error:
        raise mask.error(error) from None


def _parse(source: Source, path: str) -> PlainData:
    try:
        return parse_document(source.content, path, extension=source.extension)
    except ConfigError as error:
        if not source.is_rendered:
            raise
        # The places in the message are those of what was rendered.
        if source.kept:
            raise ConfigError(None, f"'{source.kept}': {error.message}") from error
        message = f"{error.message}, in the rendered template"
        raise ConfigError(error.where, message) from error


@frozen
class Draft:
    """A configuration whose components have not been asked yet.

    :ivar document: as written.
    :ivar service: resolved, with ``extra_config`` still raw.
    :ivar skipped: that the plugin folder is left out, and why.
    :ivar source: what was read.
    :ivar mask: hides what the document's references stand for.
    """

    document: ServiceDocument
    service: ServiceConfig
    skipped: tuple[Finding, ...]
    source: Source
    mask: Mask = field(factory=Mask, eq=False, repr=False)

    def configured(self, registry: Registry, *, lenient: bool = False) -> Loaded:
        """The same with each namespace given to its owner.

        :param lenient: whether to start without guards that nobody owns.
        :raises ConfigErrors: all that is wrong with it.
        """
        try:
            configured = configure(self.service, registry, lenient=lenient)
        except ConfigError as error:
            raise self.mask.error(error) from None
        return Loaded(
            configured.service,
            configured.unknown,
            self.skipped + configured.skipped,
            configured.doubts,
            self.source,
            self.mask,
        )


def draft(
    path: str,
    registry: Registry,
    *,
    environ: Mapping[str, str],
    source: Source | None = None,
) -> Draft:
    """Read, type and resolve a file.

    The plugins of the document's folder join the registry.

    :param environ: the environment, whose ``KRAKEND_*`` variables stand above
        the document.
    :param source: what was read already.
    :raises ConfigError: nothing, or nothing more, can be read.
    :raises ConfigErrors: all that is wrong with it.
    """
    source = source or read_source(path, environ)
    document, service, mask = _read(path, environ, source)
    return Draft(document, service, _load_plugins(service, registry), source, mask)


def load(
    path: str,
    registry: Registry,
    *,
    environ: Mapping[str, str],
    lenient: bool = False,
    port: int | None = None,
    debug: bool = False,
) -> Loaded:
    """Read, type, resolve and configure a file.

    The plugins of the document's folder join the registry before the
    namespaces are given to their owners.

    :param environ: the environment, whose ``KRAKEND_*`` variables stand above
        the document.
    :param lenient: whether to start without guards that nobody owns.
    :param port: stands above both, unless 0.
    :param debug: whether to have the debug endpoint in any case.
    :raises ConfigError: nothing, or nothing more, can be read.
    :raises ConfigErrors: all that is wrong with it.
    """
    drafted = draft(path, registry, environ=environ)
    service = evolve(
        drafted.service,
        port=port or drafted.service.port,
        debug_endpoint=debug or drafted.service.debug_endpoint,
    )
    return evolve(drafted, service=service).configured(registry, lenient=lenient)


def _load_plugins(service: ServiceConfig, registry: Registry) -> tuple[Finding, ...]:
    """Load the plugin folder; one that cannot be read is no reason to stop."""
    if service.plugin is None:
        return ()
    where = service.where / "plugin" / "folder"
    try:
        registry.load_folder(service.plugin.folder, service.plugin.pattern)
    except OSError as error:
        return ((where, f"cannot read the plugin folder: {error}"),)
    except PluginError as error:
        raise ConfigError(where, str(error)) from error
    return ()
