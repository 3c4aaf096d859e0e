"""Plugins: how they are declared, and how they are found.

A dropin in ``twisted/plugins`` declares one thing, either by an object that
provides one of the interfaces, or by a maker that carries only strings, so
that the module behind it is imported when a configuration names it.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import traceback
from collections import Counter
from collections.abc import Mapping
from importlib.resources import files
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote_to_bytes

import twisted.plugins
from attrs import define, field, frozen
from twisted.plugin import IPlugin, getPlugins
from twisted.web.resource import getChildForRequest
from zope.interface import implementer

from krakendtw.errors import ConfigError, NamespaceTaken
from krakendtw.interfaces import (
    IClientPlugin,
    ICommandPlugin,
    IDiscoveryPlugin,
    IEncodingPlugin,
    IMiddlewarePlugin,
    INamedPlugin,
    IPipePlugin,
    IRequestModifierPlugin,
    IResponseModifierPlugin,
    ISchemaPlugin,
    IServerPlugin,
)

if TYPE_CHECKING:
    from twisted.web.http_headers import Headers
    from twisted.web.iweb import IRequest
    from twisted.web.resource import IResource

    from krakendtw.config.where import ConfigPath

P = TypeVar("P", bound=INamedPlugin)

_NAMED = (
    IServerPlugin,
    IClientPlugin,
    IRequestModifierPlugin,
    IResponseModifierPlugin,
    IPipePlugin,
    IEncodingPlugin,
    IDiscoveryPlugin,
    ICommandPlugin,
)


@implementer(IPlugin, IMiddlewarePlugin, ISchemaPlugin)
@frozen
class MiddlewareMaker:
    """Declares the owner of a namespace whose module is loaded when named.

    What the namespace's value may be is declared in a file beside the module, of the
    same name and with the extension ``.json``.

    :param namespace: the canonical namespace.
    :param module: the module with ``configure(raw, where)``.
    :param aliases: older spellings.
    :param extra: the installation extra that brings the module's libraries.
    """

    namespace: str
    module: str = field(kw_only=True)
    aliases: tuple[str, ...] = field(default=(), kw_only=True)
    extra: str = field(default="", kw_only=True)

    def configure(self, raw: Any, where: ConfigPath) -> Any:
        """What the module makes of its part.

        :raises ConfigError: also when a library that the module needs is missing.
        """
        try:
            module = importlib.import_module(self.module)
        except ImportError as error:
            if not self.extra:
                raise
            raise ConfigError(
                where,
                f"{error}; install it with: pip install krakendtw[{self.extra}]",
            ) from error
        return module.configure(raw, where)

    def schemas(self) -> Mapping[str, Any]:
        """See :class:`~krakendtw.interfaces.ISchemaPlugin`; needs no libraries.

        Empty if there is no file.
        """
        package, _, name = self.module.rpartition(".")
        file = files(package) / f"{name}.json"
        found: Mapping[str, Any] = (
            json.loads(file.read_bytes()) if file.is_file() else {}
        )
        return found


class _NamedMaker:
    """Stands in a dropin for an object of the same interface elsewhere."""

    def __init__(self, name: str, *, module: str, attribute: str) -> None:
        self.name = name
        self._module = module
        self._attribute = attribute

    @property
    def made(self) -> Any:
        """The real object; imports its module."""
        return getattr(importlib.import_module(self._module), self._attribute)


@implementer(IPlugin, IEncodingPlugin)
class EncodingMaker(_NamedMaker):
    """Declares an encoding by its module's ``encoding`` object."""

    def __init__(self, name: str, *, module: str, attribute: str = "encoding") -> None:
        super().__init__(name, module=module, attribute=attribute)

    def decoder(self, is_collection: bool) -> Any:
        """See :class:`~krakendtw.interfaces.IEncodingPlugin`."""
        return self.made.decoder(is_collection)

    def renderer(self) -> Any:
        """See :class:`~krakendtw.interfaces.IEncodingPlugin`."""
        return self.made.renderer()


@implementer(IPlugin, IDiscoveryPlugin)
class DiscoveryMaker(_NamedMaker):
    """Declares a service discovery driver by its module's ``driver`` object."""

    def __init__(self, name: str, *, module: str, attribute: str = "driver") -> None:
        super().__init__(name, module=module, attribute=attribute)

    def subscriber(self, scope: Any) -> Any:
        """See :class:`~krakendtw.interfaces.IDiscoveryPlugin`."""
        return self.made.subscriber(scope)


@implementer(IPlugin, ICommandPlugin)
class CommandMaker(_NamedMaker):
    """Declares a subcommand by its module's ``command`` object.

    :param summary: a line for the program's help.
    """

    def __init__(
        self, name: str, *, module: str, summary: str, attribute: str = "command"
    ) -> None:
        super().__init__(name, module=module, attribute=attribute)
        self.summary = summary

    def options(self, parser: Any) -> None:
        """See :class:`~krakendtw.interfaces.ICommandPlugin`."""
        self.made.options(parser)

    def run(self, options: Any) -> int:
        """See :class:`~krakendtw.interfaces.ICommandPlugin`."""
        return int(self.made.run(options))


@frozen
class BrokenPlugin:
    """A plugin file that could not be loaded.

    :ivar index: its place among the files of the folder that were tried.
    :ivar error: the last line of the traceback.
    """

    path: str
    error: str
    index: int = 0

    def __str__(self) -> str:
        return f"plugin #{self.index} ({self.path}): {self.error}"


@define
class Registry:
    """The plugins of one gateway, by interface and name.

    :ivar broken: files that could not be loaded; the others are there.
    :ivar loaded: how many plugin files of the folder were loaded.
    :ivar offering: of these, how many have a plugin of each interface.
    """

    _named: dict[Any, dict[str, Any]] = field(factory=dict)
    _middleware: dict[str, Any] = field(factory=dict)
    broken: list[BrokenPlugin] = field(factory=list)
    loaded: int = 0
    offering: Counter[Any] = field(factory=Counter)

    def add(self, plugin: Any) -> None:
        """Take a plugin in under every interface that it provides.

        :raises NamespaceTaken: another one has the namespace or name already;
            nothing of the plugin is taken in then.
        :raises AttributeError: it lacks what its interfaces promise.
        """
        claims = [
            (self._named.setdefault(interface, {}), plugin.name, interface.__name__)
            for interface in _kinds(plugin)
        ]
        if IMiddlewarePlugin.providedBy(plugin):
            claims += [
                (self._middleware, namespace, "namespace")
                for namespace in (plugin.namespace, *plugin.aliases)
            ]
        for table, name, kind in claims:
            owner = table.get(name, plugin)
            if owner is not plugin:
                raise NamespaceTaken(
                    f"{kind} {name!r} has two owners: {owner}, {plugin}"
                )
        for table, name, _ in claims:
            table[name] = plugin

    def find(self, interface: type[P], name: str) -> P | None:
        """The plugin of this kind and name."""
        plugin: P | None = self._named.get(interface, {}).get(name)
        return plugin

    def all(self, interface: type[P]) -> Mapping[str, P]:
        """All plugins of this kind by name."""
        return dict(self._named.get(interface, {}))

    def middleware(self, namespace: str) -> Any | None:
        """The owner of a namespace, by its canonical name or an alias."""
        return self._middleware.get(namespace)

    def middlewares(self) -> Mapping[str, Any]:
        """All owners by canonical namespace."""
        return {plugin.namespace: plugin for plugin in self._middleware.values()}

    @classmethod
    def discover(cls) -> Registry:
        """Everything that Twisted's plugin system knows, broken files left out."""
        registry = cls()
        for plugin in getPlugins(IPlugin, twisted.plugins):
            try:
                registry.add(plugin)
            except AttributeError as error:
                registry.broken.append(
                    BrokenPlugin(type(plugin).__module__, str(error))
                )
        return registry

    def load_folder(self, folder: str, pattern: str) -> None:
        """Take in the plugin files of a folder: root ``plugin``.

        Not recursive; ``pattern`` is a plain part of the file's name, where
        ``.so`` means ``.py`` as well so that a ported configuration works.
        Files that fail are kept in :attr:`broken`.

        :raises OSError: the folder cannot be read.
        :raises NamespaceTaken: a file claims what has an owner.
        """
        wanted = (pattern, pattern.replace(".so", ".py"))
        names = [
            name
            for name in sorted(os.listdir(folder))
            if any(part in name for part in wanted)
            and not os.path.isdir(os.path.join(folder, name))
        ]
        for index, name in enumerate(names):
            self._load(os.path.join(folder, name), index)

    def load_file(self, path: str) -> None:
        """Take in the plugins of one file, or keep it in :attr:`broken`.

        :raises NamespaceTaken: it claims what has an owner.
        """
        self._load(path, 0)

    def _load(self, path: str, index: int) -> None:
        """Take in the plugins of one file."""
        try:
            plugins = _plugins_of(_load_file(path))
            for plugin in plugins:
                self.add(plugin)
        except (NamespaceTaken, KeyboardInterrupt):
            raise
        except BaseException as error:  # a stranger's file may even call exit
            last = traceback.format_exception_only(error)[-1].strip()
            self.broken.append(BrokenPlugin(path, last, index))
            return
        self.loaded += 1
        self.offering.update({kind for plugin in plugins for kind in _kinds(plugin)})


def _kinds(plugin: Any) -> list[Any]:
    """The named interfaces that ``plugin`` provides."""
    return [interface for interface in _NAMED if interface.providedBy(plugin)]


def _load_file(path: str) -> ModuleType:
    if not path.endswith(".py"):
        raise ImportError(f"not a Python file: {os.path.basename(path)}")
    name = "krakendtw_folder_" + os.path.basename(path)[:-3].replace("-", "_")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot be imported: {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # for pickling, typing and tracebacks, as an import does
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _plugins_of(module: ModuleType) -> list[Any]:
    """The module's globals that provide a plugin interface."""
    return [value for value in vars(module).values() if IPlugin.providedBy(value)]


def delegate(resource: IResource, request: IRequest) -> Any:
    """Let ``resource``, a tree, answer: for plugins that wrap the router.

    What the plugin has done to ``request.requestHeaders`` is what the router,
    which reads the fields as they came, is going to see.

    :returns: what ``render`` returned.
    """
    headers: Headers | None = getattr(request, "_request_headers", None)
    if headers is not None:  # the plugin has looked at them, and may have more
        request.headers = [  # type: ignore[attr-defined]
            (name, value)
            for name, values in headers.getAllRawHeaders()
            for value in values
        ]
        # Made anew for whoever asks later, of what the fields are then.
        request._request_headers = None  # type: ignore[attr-defined]
    return getChildForRequest(resource, request).render(request)


def rewrite_path(request: IRequest, path: bytes) -> None:
    """Make ``request`` one for another path before it is handed on.

    :param path: still escaped, from the first slash on, without a query; the
        request keeps its own.
    """
    _, mark, query = request.uri.partition(b"?")
    request.uri = path + mark + query
    request.path = path
    request.prepath = []
    request.postpath = unquote_to_bytes(path)[1:].split(b"/")
