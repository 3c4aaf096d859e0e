"""A backend's defaults and checks."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import frozen

from krakendtw.config.canonical import canonical_header
from krakendtw.config.model import BackendConfig, ExtraConfig
from krakendtw.config.uri import (
    backend_parameters,
    clean_host,
    clean_path,
    is_filled_later,
    mark_parameters,
)
from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from krakendtw.config.document import BackendDocument
    from krakendtw.config.where import ConfigPath

NOOP = "no-op"
"""The encoding that leaves bodies alone; an endpoint's goes down to its backend."""


@frozen
class Parent:
    """What a backend takes over from the endpoint or agent that it belongs to.

    :ivar path: in the router's form; empty for an agent.
    :ivar method: as written.
    :ivar parameters: the names in the path, sorted and distinct.
    :ivar hosts: the service's.
    """

    path: str = ""
    method: str = ""
    timeout: float = 2.0
    concurrent_calls: int = 1
    output_encoding: str = ""
    parameters: Sequence[str] = ()
    hosts: tuple[str, ...] = ()


def resolve_backend(
    document: BackendDocument,
    parent: Parent,
    where: ConfigPath,
    errors: list[ConfigError],
) -> BackendConfig:
    """A backend of an endpoint; what is wrong with it goes to ``errors``."""
    hosts = _hosts(document, parent, where, errors)
    url_pattern = clean_path(document.url_pattern)
    names = backend_parameters(url_pattern)
    fault = _parameter_fault(names, parent, str(where.steps[-1]))
    if fault:
        errors.append(ConfigError(where / "url_pattern", fault))
    method = document.method or parent.method
    encoding = NOOP if parent.output_encoding == NOOP else document.encoding
    return BackendConfig(
        url_pattern=mark_parameters(url_pattern, names),
        hosts=hosts,
        method=method.upper(),
        encoding=encoding or "json",
        group=document.group,
        target=document.target,
        allow=document.allow,
        deny=document.deny,
        mapping=MappingProxyType(dict(document.mapping)),
        is_collection=document.is_collection,
        input_headers=tuple(map(canonical_header, document.input_headers)),
        input_query_strings=document.input_query_strings,
        sd=document.sd or "static",
        sd_scheme=document.sd_scheme or "http",
        host_sanitize_disabled=document.disable_host_sanitize,
        timeout=parent.timeout,
        concurrent_calls=parent.concurrent_calls,
        parent_endpoint=parent.path,
        parent_method=parent.method.upper(),
        extra=ExtraConfig(raw=document.extra_config),
        where=where,
    )


def resolve_agent_backend(
    document: BackendDocument,
    parent: Parent,
    where: ConfigPath,
    errors: list[ConfigError],
) -> BackendConfig:
    """A backend of an async agent.

    Its pattern and header names stay as they are written.
    """
    return BackendConfig(
        url_pattern=document.url_pattern,
        hosts=_hosts(document, parent, where, errors),
        method=(document.method or "GET").upper(),
        encoding=document.encoding or "json",
        group=document.group,
        target=document.target,
        allow=document.allow,
        deny=document.deny,
        mapping=MappingProxyType(dict(document.mapping)),
        is_collection=document.is_collection,
        input_headers=document.input_headers,
        input_query_strings=document.input_query_strings,
        sd=document.sd or "static",
        sd_scheme=document.sd_scheme,
        host_sanitize_disabled=document.disable_host_sanitize,
        timeout=parent.timeout,
        parent_method="",
        extra=ExtraConfig(raw=document.extra_config),
        where=where,
    )


def clean_hosts(
    hosts: Sequence[str], where: ConfigPath, errors: list[ConfigError]
) -> tuple[str, ...]:
    """The hosts in the form ``scheme://name:port``, those left out that are none."""
    cleaned = []
    for index, host in enumerate(hosts):
        try:
            cleaned.append(clean_host(host))
        except ValueError as error:
            errors.append(ConfigError(where / "host" / index, str(error)))
    return tuple(cleaned)


def _hosts(
    document: BackendDocument,
    parent: Parent,
    where: ConfigPath,
    errors: list[ConfigError],
) -> tuple[str, ...]:
    if not document.host:
        return parent.hosts
    if document.disable_host_sanitize:
        return document.host
    return clean_hosts(document.host, where, errors)


def _parameter_fault(names: Sequence[str], parent: Parent, index: str) -> str:
    """What is wrong with a pattern's names: empty if nothing is."""
    # The last name is not counted: so it is in lura.
    counted = [name for name in names[:-1] if not is_filled_later(name)]
    unknown = [
        name
        for name in names
        if name not in parent.parameters and not is_filled_later(name)
    ]
    if len(counted) > len(parent.parameters):
        fault = "input and output params do not match."
    elif unknown:
        fault = f"undefined output param '{unknown[0]}'!"
    else:
        return ""
    return (
        f"{fault} endpoint: {parent.method} {parent.path}, backend: {index}. "
        f"input: [{' '.join(parent.parameters)}], output: [{' '.join(names)}]"
    )
