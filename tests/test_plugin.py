"""Tests of declaring plugins and of finding them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from twisted.plugin import IPlugin
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, NamespaceTaken
from krakendtw.interfaces import (
    IClientPlugin,
    ICommandPlugin,
    IDiscoveryPlugin,
    IEncodingPlugin,
    IMiddlewarePlugin,
    IRequestModifierPlugin,
    IResponseModifierPlugin,
    IServerPlugin,
)
from krakendtw.plugin import (
    BrokenPlugin,
    CommandMaker,
    DiscoveryMaker,
    EncodingMaker,
    MiddlewareMaker,
    Registry,
    delegate,
    rewrite_path,
)
from krakendtw.testing import MemoryRouter, gateway_request

WHERE = ConfigPath() / "extra_config" / "example/thing"

GOOD = """
from zope.interface import implementer
from krakendtw.interfaces import IRequestModifierPlugin, IResponseModifierPlugin

@implementer(IRequestModifierPlugin)
class Down:
    name = "down"
    def request_modifier(self, config): return None

@implementer(IResponseModifierPlugin)
class Up:
    name = "up"
    def response_modifier(self, config): return None

down, up = Down(), Up()
same = down
"""


@implementer(IServerPlugin)
class Named:
    """A server plugin of some name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def wrap(self, config: Any, resource: Any) -> Any:
        """Nothing around it."""
        return resource


@implementer(IMiddlewarePlugin)
class Owner:
    """The owner of some namespace."""

    __hash__ = None  # type: ignore[assignment]  # as attrs' mutable classes have it

    def __init__(self, namespace: str, *aliases: str) -> None:
        self.namespace = namespace
        self.aliases = aliases

    def configure(self, raw: Any, where: ConfigPath) -> Any:
        """What was written."""
        return raw


class MakerTests(SynchronousTestCase):
    """Declarations that load their module when it is named."""

    def setUp(self) -> None:
        self.module = ModuleType("made_for_tests")
        self.patch(sys, "modules", {**sys.modules, self.module.__name__: self.module})

    def _fill(self, **content: Any) -> str:
        vars(self.module).update(content)
        return self.module.__name__

    def test_interfaces(self) -> None:
        """Every maker provides what it stands for."""
        for interface, maker in (
            (IMiddlewarePlugin, MiddlewareMaker("a", module="nowhere")),
            (IEncodingPlugin, EncodingMaker("a", module="nowhere")),
            (IDiscoveryPlugin, DiscoveryMaker("a", module="nowhere")),
            (ICommandPlugin, CommandMaker("a", module="nowhere", summary="")),
        ):
            verifyObject(interface, maker)
            self.assertTrue(IPlugin.providedBy(maker))

    def test_middleware(self) -> None:
        """A middleware is configured by its module's ``configure``."""
        name = self._fill(configure=lambda raw, where: (raw, where))
        maker = MiddlewareMaker("example/thing", module=name, aliases=("old",))
        self.assertEqual(({"a": 1}, WHERE), maker.configure({"a": 1}, WHERE))

    def test_schemas_lie_beside_the_module(self) -> None:
        """What a namespace takes is read from beside its module, not loaded."""
        folder = Path(self.mktemp())
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "thing.py").write_text("raise AssertionError")
        (folder / "thing.json").write_text('{"endpoint": {"type": "string"}}')
        self.patch(sys, "path", [str(folder.parent), *sys.path])
        declared = MiddlewareMaker("example/thing", module=f"{folder.name}.thing")
        silent = MiddlewareMaker("example/thing", module=f"{folder.name}.other")
        self.assertEqual({"endpoint": {"type": "string"}}, declared.schemas())
        self.assertEqual({}, silent.schemas())

    def test_middleware_module_is_loaded_late(self) -> None:
        """A maker's module is imported when it configures, not before."""
        maker = MiddlewareMaker("example/thing", module="no.such.module")
        self.assertRaises(ImportError, maker.configure, {}, WHERE)

    def test_missing_library(self) -> None:
        """A missing library is told with what to install, at its place."""
        maker = MiddlewareMaker("example/thing", module="no.such.module", extra="lua")
        error = self.assertRaises(ConfigError, maker.configure, {}, WHERE)
        self.assertEqual(WHERE, error.where)
        self.assertIn("pip install krakendtw[lua]", error.message)

    def test_encoding(self) -> None:
        """An encoding hands on to its module's ``encoding``."""

        class Encoding:
            def decoder(self, is_collection: bool) -> Any:
                return "decoder", is_collection

            def renderer(self) -> Any:
                return "renderer"

        maker = EncodingMaker("x", module=self._fill(encoding=Encoding()))
        self.assertEqual(("decoder", True), maker.decoder(True))
        self.assertEqual("renderer", maker.renderer())

    def test_discovery(self) -> None:
        """A discovery driver hands on to its module's ``driver``."""

        class Driver:
            def subscriber(self, scope: Any) -> Any:
                return scope

        maker = DiscoveryMaker("x", module=self._fill(driver=Driver()))
        self.assertEqual("scope", maker.subscriber("scope"))

    def test_command(self) -> None:
        """A command hands on to its module's ``command``."""
        seen: list[Any] = []

        class Command:
            def options(self, parser: Any) -> None:
                seen.append(parser)

            def run(self, options: Any) -> int:
                return 3

        maker = CommandMaker("x", module=self._fill(command=Command()), summary="does")
        maker.options("parser")
        self.assertEqual(["parser"], seen)
        self.assertEqual((3, "does"), (maker.run(None), maker.summary))

    def test_attribute(self) -> None:
        """The object in the module may have another name."""
        maker = EncodingMaker("x", module=self._fill(other=7), attribute="other")
        self.assertEqual(7, maker.made)


class RegistryTests(SynchronousTestCase):
    """Plugins by interface and name."""

    def setUp(self) -> None:
        self.registry = Registry()

    def test_find(self) -> None:
        """A plugin is found under its name, for its own interface only."""
        plugin = Named("a")
        self.registry.add(plugin)
        self.assertIs(plugin, self.registry.find(IServerPlugin, "a"))
        self.assertIsNone(self.registry.find(IServerPlugin, "b"))
        self.assertIsNone(self.registry.find(IClientPlugin, "a"))

    def test_all(self) -> None:
        """All plugins of a kind are there by name, in the order they came."""
        first, second = Named("b"), Named("a")
        self.registry.add(first)
        self.registry.add(second)
        found = self.registry.all(IServerPlugin)
        self.assertEqual([("b", first), ("a", second)], list(found.items()))
        self.assertEqual({}, self.registry.all(IClientPlugin))

    def test_same_name_of_another_kind(self) -> None:
        """Plugins of two kinds may share a name."""

        @implementer(IRequestModifierPlugin, IResponseModifierPlugin)
        class Both:
            name = "a"

        both = Both()
        self.registry.add(Named("a"))
        self.registry.add(both)
        self.assertIs(both, self.registry.find(IRequestModifierPlugin, "a"))
        self.assertIs(both, self.registry.find(IResponseModifierPlugin, "a"))

    def test_name_taken(self) -> None:
        """Two plugins of one kind and name are refused."""
        self.registry.add(Named("a"))
        error = self.assertRaises(NamespaceTaken, self.registry.add, Named("a"))
        self.assertIn("IServerPlugin 'a' has two owners", str(error))

    def test_twice_the_same(self) -> None:
        """One and the same plugin may be added again."""
        plugin = Named("a")
        self.registry.add(plugin)
        self.registry.add(plugin)
        self.assertIs(plugin, self.registry.find(IServerPlugin, "a"))

    def test_middleware(self) -> None:
        """The owner of a namespace is found by all its names."""
        owner = Owner("example/thing", "old", "older")
        self.registry.add(owner)
        for name in ("example/thing", "old", "older"):
            self.assertIs(owner, self.registry.middleware(name))
        self.assertIsNone(self.registry.middleware("other"))

    def test_middlewares(self) -> None:
        """Owners are listed once, by canonical name, hashable or not."""
        first, second = Owner("a", "x"), Owner("b")
        self.registry.add(first)
        self.registry.add(second)
        self.assertEqual(
            [("a", first), ("b", second)], list(self.registry.middlewares().items())
        )

    def test_alias_taken(self) -> None:
        """An alias is as much a claim as a namespace, and claims go together."""
        self.registry.add(Owner("a", "old"))
        late = Owner("b", "old")
        error = self.assertRaises(NamespaceTaken, self.registry.add, late)
        self.assertIn("namespace 'old' has two owners", str(error))
        self.assertIsNone(self.registry.middleware("b"))

    def test_nothing_of_ours(self) -> None:
        """An object without any of the interfaces is passed over."""
        self.registry.add(object())
        self.assertEqual({}, self.registry.middlewares())

    def test_discover(self) -> None:
        """The built-in middlewares are found by Twisted's plugin system."""
        found = Registry.discover()
        owner = found.middleware("plugin/http-server")
        self.assertIsInstance(owner, MiddlewareMaker)
        self.assertIn("plugin/http-server", found.middlewares())

    def test_discover_incomplete_plugin(self) -> None:
        """A plugin that lacks its name is kept among the broken ones."""

        @implementer(IServerPlugin)
        class Nameless:
            pass

        self.patch(
            sys.modules["krakendtw.plugin"],
            "getPlugins",
            lambda *_: [Nameless(), Named("a")],
        )
        found = Registry.discover()
        self.assertEqual([__name__], [broken.path for broken in found.broken])
        self.assertIsNotNone(found.find(IServerPlugin, "a"))


class FolderTests(SynchronousTestCase):
    """Plugin files in a folder."""

    def setUp(self) -> None:
        self.folder = self.mktemp()
        os.mkdir(self.folder)
        self.registry = Registry()

    def _file(self, name: str, text: str = GOOD) -> None:
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)

    def _load(self, pattern: str = ".py") -> Registry:
        self.registry.load_folder(self.folder, pattern)
        return self.registry

    def _broken(self) -> list[str]:
        return [
            str(broken).replace(self.folder, "DIR") for broken in self.registry.broken
        ]

    def test_globals(self) -> None:
        """Every global that provides a plugin interface is taken in."""
        self._file("good.py")
        found = self._load()
        self.assertIsNotNone(found.find(IRequestModifierPlugin, "down"))
        self.assertIsNotNone(found.find(IResponseModifierPlugin, "up"))
        self.assertEqual([], found.broken)

    def test_counts(self) -> None:
        """Files are counted, altogether and by what they offer."""
        self._file("good.py")
        self._file("empty.py", "")
        found = self._load()
        self.assertEqual(2, found.loaded)
        self.assertEqual(1, found.offering[IRequestModifierPlugin])
        self.assertEqual(0, found.offering[IServerPlugin])

    def test_pattern_is_part_of_the_name(self) -> None:
        """The pattern is looked for anywhere in the name, and is no expression."""
        self._file("my_good.py")
        self.assertEqual(0, self._load("*.py").loaded)
        self.assertEqual(1, self._load("_good").loaded)

    def test_empty_pattern(self) -> None:
        """The empty pattern tries every file."""
        self._file("good.py")
        self._file("README")
        self.assertEqual(1, self._load("").loaded)
        self.assertEqual(
            ["plugin #0 (DIR/README): ImportError: not a Python file: README"],
            self._broken(),
        )

    def test_shared_objects(self) -> None:
        """A ported ``.so`` finds Python files; real shared objects are broken."""
        self._file("good.py")
        self._file("old.so", "\x7fELF")
        self.assertEqual(1, self._load(".so").loaded)
        self.assertEqual(
            ["plugin #1 (DIR/old.so): ImportError: not a Python file: old.so"],
            self._broken(),
        )

    def test_name_of_a_shared_object(self) -> None:
        """A ported file name finds the Python file of that name."""
        self._file("my-plugin.py")
        self.assertEqual(1, self._load("my-plugin.so").loaded)

    def test_not_recursive(self) -> None:
        """Folders are not looked into, whatever their name."""
        os.mkdir(os.path.join(self.folder, "inner.py"))
        found = self._load()
        self.assertEqual((0, []), (found.loaded, found.broken))

    def test_missing_folder(self) -> None:
        """A folder that cannot be read is the caller's to report."""
        self.assertRaises(OSError, self.registry.load_folder, "no/such/folder", "")

    def test_broken_files(self) -> None:
        """Files that fail are kept with the reason; the others load."""
        self._file("a.py", "import no_such_module")
        self._file("b.py", "def (")
        self._file("c.py", "raise SystemExit('bye')")
        self._file("good.py")
        self.assertEqual(1, self._load().loaded)
        first, second, third = self._broken()
        self.assertEqual(
            "plugin #0 (DIR/a.py): ModuleNotFoundError: No module named"
            " 'no_such_module'",
            first,
        )
        self.assertTrue(second.startswith("plugin #1 (DIR/b.py): SyntaxError"))
        self.assertEqual("plugin #2 (DIR/c.py): SystemExit: bye", third)

    def test_broken_file_leaves_no_module(self) -> None:
        """A file that fails is not left half imported."""
        self._file("a.py", "raise ValueError")
        self._load()
        self.assertNotIn("krakendtw_folder_a", sys.modules)

    def test_plugin_without_a_name(self) -> None:
        """A plugin that lacks what it promises makes its file a broken one."""
        self._file("a.py", GOOD.replace('name = "down"', ""))
        self.assertEqual(0, self._load().loaded)
        self.assertIn("AttributeError", self._broken()[0])

    def test_name_taken(self) -> None:
        """Two files that claim one name end the start."""
        self._file("a.py")
        self._file("b.py")
        self.assertRaises(NamespaceTaken, self._load)

    def test_one_file(self) -> None:
        """A file can be loaded by itself; one that fails is kept with its reason."""
        self._file("a.py")
        self._file("b.py", "1 / 0")
        self.registry.load_file(os.path.join(self.folder, "a.py"))
        self.assertEqual(1, self.registry.loaded)
        self.registry.load_file(os.path.join(self.folder, "b.py"))
        (broken,) = self.registry.broken
        self.assertEqual("ZeroDivisionError: division by zero", broken.error)

    def test_examples(self) -> None:
        """The repository's own folder loads whole, every kind of plugin in it."""
        folder = Path(__file__).resolve().parents[1] / "plugins"
        self.registry.load_folder(str(folder), ".so")
        self.assertEqual([], self.registry.broken)
        for interface in (
            IServerPlugin,
            IClientPlugin,
            IRequestModifierPlugin,
            IResponseModifierPlugin,
            IEncodingPlugin,
        ):
            self.assertEqual(1, self.registry.offering[interface], interface)
        self.assertIsNotNone(self.registry.middleware("example/maintenance-window"))

    def test_interrupt(self) -> None:
        """An interrupt is not a broken file."""
        self._file("a.py", "raise KeyboardInterrupt")
        self.assertRaises(KeyboardInterrupt, self._load)

    def test_broken_plugin_text(self) -> None:
        """A broken plugin prints as KrakenD's loader does."""
        broken = BrokenPlugin("plugins/a.py", "ValueError: x", 4)
        self.assertEqual("plugin #4 (plugins/a.py): ValueError: x", str(broken))


class DelegateTests(SynchronousTestCase):
    """Handing a request on to a tree."""

    def test_tree(self) -> None:
        """The resource at the request's path answers."""
        root, leaf = Resource(), MemoryRouter(b"leaf")
        root.putChild(b"a", leaf)
        self.assertEqual(b"leaf", delegate(root, gateway_request(uri="/a/b")))

    def test_headers(self) -> None:
        """Header fields that a plugin adds, changes or removes are the router's."""
        request = gateway_request(headers={"A": "1", "B": ["2", "3"], "C": "4"})
        request.requestHeaders.addRawHeader("A", "5")
        request.requestHeaders.setRawHeaders("D", ["6"])
        request.requestHeaders.removeHeader("C")
        delegate(MemoryRouter(), request)
        self.assertEqual([b"1", b"5"], request.fields(b"a"))
        self.assertEqual([b"2", b"3"], request.fields(b"b"))
        self.assertEqual(([], [b"6"]), (request.fields(b"c"), request.fields(b"d")))

    def test_untouched_headers(self) -> None:
        """Fields that no plugin has looked at stay as they came."""
        request = gateway_request(headers={"x-ODD": "1"})
        delegate(MemoryRouter(), request)
        self.assertIn((b"x-ODD", b"1"), request.headers)

    def test_rewritten_path(self) -> None:
        """A new path takes the place of the old one; the query stays."""
        request = gateway_request(uri="/old/way?x=1")
        rewrite_path(request, b"/new/a%20b")
        self.assertEqual(b"/new/a%20b?x=1", request.uri)
        self.assertEqual(b"/new/a%20b", request.path)
        self.assertEqual([b"new", b"a b"], request.postpath)

    def test_rewritten_path_is_found(self) -> None:
        """After rewriting another resource answers."""
        root = Resource()
        root.putChild(b"new", MemoryRouter(b"new"))
        request = gateway_request(uri="/old")
        rewrite_path(request, b"/new")
        self.assertEqual(b"new", delegate(root, request))
