"""From a file's name to everything that the gateway is built from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from krakendtw.config.extra import Finding, configure, grouped
from krakendtw.config.resolve import resolve
from krakendtw.config.source import overlay_environment, parse_document, read_file
from krakendtw.config.structure import structure
from krakendtw.config.where import ConfigPath
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
    """

    config: ServiceConfig
    unknown: tuple[Finding, ...] = ()
    skipped: tuple[Finding, ...] = ()
    doubts: tuple[Finding, ...] = ()

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
    path: str, environ: Mapping[str, str]
) -> tuple[ServiceDocument, ServiceConfig]:
    """The document as written, and resolved with ``extra_config`` still raw.

    :raises ConfigError: nothing, or nothing more, can be read.
    """
    where = ConfigPath(file=path)
    data = parse_document(read_file(path), path)
    document = structure(overlay_environment(data, environ), where)
    return document, resolve(document, where)


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
    _, service = read_service(path, environ)
    service = evolve(
        service,
        port=port or service.port,
        debug_endpoint=debug or service.debug_endpoint,
    )
    skipped = _load_plugins(service, registry)
    configured = configure(service, registry, lenient=lenient)
    return Loaded(
        configured.service,
        configured.unknown,
        skipped + configured.skipped,
        configured.doubts,
    )


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
