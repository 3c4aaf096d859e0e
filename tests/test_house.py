"""The house rules: the shape of the tree, held by reading it."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import twisted.plugins
from twisted.plugin import IPlugin, getCache, getPlugins
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import providedBy
from zope.interface.verify import verifyObject

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "krakendtw"
TESTS = ROOT / "tests"
DROPINS = ROOT / "twisted" / "plugins"

# Modules that need no test module of their own, and why.
UNTESTED = {"krakendtw.interfaces": "declarations only; verifyObject checks them"}

# Modules whose tests are owed, one a line; the list only shrinks.
OWED = {
    line
    for line in (TESTS / "untested").read_text().splitlines()
    if line and not line.startswith("#")
}

# Namespaces whose schemas are owed, one a line; the list only shrinks.
UNDECLARED = {
    line
    for line in (TESTS / "undeclared").read_text().splitlines()
    if line and not line.startswith("#")
}

# Test modules about the tree as a whole, and about no module.
WHOLE = {
    "tests/test_broken.py",
    "tests/test_house.py",
    "tests/test_conf.py",
    "tests/test_order.py",
    "tests/middleware/auth/test_attacks.py",
}

# Low to high: a module may import what lies below it, and its own package.
LAYERS = (
    (
        "compat",
        "compiled",
        "errors",
        "go_address",
        "go_quote",
        "go_time",
        "gojson",
        "interfaces",
        "jsonschema",
        "log",
        "log_format",
        "log_mask",
        "log_pattern",
        "memory",
        "regex",
        "config.canonical",
        "config.duration",
        "config.where",
        "proxy.escape",
        "proxy.go_url",
    ),
    ("template",),
    ("plugin",),
    ("config",),
    ("scope",),
    ("encoding", "sd", "transport"),
    ("proxy",),
    ("router", "reactor", "scripting"),
    ("service",),
    ("tap", "cli", "commands", "flags", "workers"),
)

# Where a namespace may stand.
PLACES = ("service", "endpoint", "backend", "async_agent", "workflow")

# What a built-in middleware may know of the core.
MIDDLEWARE_MAY_IMPORT = (
    "compat",
    "config.canonical",
    "config.duration",
    "config.model",
    "config.where",
    "errors",
    "go_address",
    "go_quote",
    "go_time",
    "gojson",
    "interfaces",
    "jsonschema",
    "log",
    "log_format",
    "log_pattern",
    "memory",
    "plugin",
    "proxy.formatter",
    "proxy.go_url",
    "proxy.message",
    "proxy.pipe",
    "proxy.query",
    "proxy.settings",
    "regex",
    "router",
    "scope",
    "scripting",
    "template",
)

# What is about namespaces, whoever owns them.
MAY_NAME_MIDDLEWARE = {
    "krakendtw.commands._audit_facts",
    "krakendtw.commands._audit_rules",
    "krakendtw.config.schema.whole",  # a workflow is a place for namespaces, too
}

# Libraries that come with one that is required.
BROUGHT_ALONG = {
    "OpenSSL": "twisted[tls]",
    "constantly": "twisted",
    "h2": "twisted[http2]",
    "hpack": "twisted[http2]",
    "hyperframe": "twisted[http2]",
}

# Where Python's keywords keep a module from the name of its namespace.
KEYWORDS = {"lambda": "lambda_", "async": "asynchronous"}


def sources(folder: Path) -> list[Path]:
    """The Python files of a folder and all below it."""
    return sorted(
        path for path in folder.rglob("*.py") if "_trial_temp" not in str(path)
    )


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(), str(path))


def module_name(path: Path) -> str:
    """``krakendtw/proxy/url.py`` as ``krakendtw.proxy.url``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules(*, packages: bool = False) -> dict[str, Path]:
    """The modules of the project by name, with or without ``__init__`` files."""
    return {
        module_name(path): path
        for path in sources(CORE)
        if packages or path.name != "__init__.py"
    }


def is_type_checking(node: ast.AST) -> bool:
    """Whether the node is ``if TYPE_CHECKING:``."""
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def running_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below, without what only type checkers read."""
    for child in ast.iter_child_nodes(node):
        if is_type_checking(child):
            continue
        yield child
        yield from running_nodes(child)


def imported(path: Path) -> set[str]:
    """The project's modules that a file imports when it runs, at any depth."""
    known = modules(packages=True)
    found: set[str] = set()
    for node in running_nodes(tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                deeper = f"{node.module}.{alias.name}"
                found.add(deeper if deeper in known else node.module)
    return {name for name in found if name.split(".")[0] == "krakendtw"}


def libraries(path: Path) -> set[str]:
    """The packages of others that a file imports when it runs, at any depth."""
    found: set[str] = set()
    for node in running_nodes(tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    tops = {name.split(".")[0] for name in found}
    return tops - sys.stdlib_module_names - {"krakendtw"}


def is_within(name: str, group: str) -> bool:
    """Whether a module, named from below ``krakendtw``, is in the group."""
    return name == group or name.startswith(f"{group}.")


def place(name: str) -> tuple[int, str] | None:
    """The layer of a module and the group in it; the longest name wins."""
    short = name.removeprefix("krakendtw.")
    places = [
        (len(group), rank, group)
        for rank, layer in enumerate(LAYERS)
        for group in layer
        if is_within(short, group)
    ]
    return max(places)[1:] if places else None


def may_import(name: str, other: str) -> bool:
    """Whether the layers allow a module of the core to import another one."""
    if other == "krakendtw":
        return True
    here, there = place(name), place(other)
    if here is None or there is None:
        return False
    same_edge = here[0] == there[0] and here[0] in (0, len(LAYERS) - 1)
    return there[0] < here[0] or there[1] == here[1] or same_edge


def docstrings(node: ast.AST) -> set[int]:
    """The identities of the nodes that are docstrings."""
    found = set()
    for child in ast.walk(node):
        if isinstance(
            child, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ):
            first = child.body[0] if child.body else None
            if isinstance(first, ast.Expr):
                found.add(id(first.value))
    return found


def literals(path: Path) -> set[str]:
    """The string literals of a file but its docstrings."""
    skipped = docstrings(tree(path))
    return {
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in skipped
    }


def dropin_calls() -> Iterator[tuple[Path, ast.Call]]:
    """Every call in the dropins, with its file."""
    for path in sources(DROPINS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                yield path, node


def declared_modules() -> set[str]:
    """The modules that the dropins name, by a maker or by an import."""
    found: set[str] = set()
    for path, call in dropin_calls():
        found.update(imported(path))
        for keyword in call.keywords:
            if keyword.arg == "module" and isinstance(keyword.value, ast.Constant):
                found.add(str(keyword.value.value))
    return found


def namespaces() -> dict[str, tuple[Path, str, tuple[str, ...]]]:
    """Each namespace with its dropin, its module and its aliases."""
    found = {}
    for path, call in dropin_calls():
        if ast.unparse(call.func).rpartition(".")[2] != "MiddlewareMaker":
            continue
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        name = ast.literal_eval(call.args[0] if call.args else given["namespace"])
        aliases = ast.literal_eval(given["aliases"]) if "aliases" in given else ()
        found[name] = (path, ast.literal_eval(given["module"]), tuple(aliases))
    return found


def schema_file(module: str) -> Path:
    """Where a namespace's schemas lie: beside its module."""
    return (ROOT / module.replace(".", "/")).with_suffix(".json")


def properties(schema: Any) -> Iterator[tuple[str, Any]]:
    """All properties that a schema, or a part of one, names, with theirs."""
    if isinstance(schema, dict):
        named = schema.get("properties")
        yield from (named if isinstance(named, dict) else {}).items()
    if isinstance(schema, dict | list):
        for part in schema.values() if isinstance(schema, dict) else schema:
            yield from properties(part)


def is_middleware(module: str) -> bool:
    """Whether a module is a built-in middleware or part of one."""
    return module.startswith("krakendtw.middleware.")


def is_private(module: str) -> bool:
    """Whether a module is a part of others, with no namespace of its own."""
    return module.rpartition(".")[2].startswith("_")


def home(namespace: str) -> str:
    """The module, or the package, that a namespace's name leads to."""
    parts = namespace.replace("-", "_").split("/")
    path = ".".join(KEYWORDS.get(part, part) for part in parts)
    return f"krakendtw.middleware.{path}"


def mirror(path: Path) -> str:
    """Where the test module of a module lies."""
    below = path.relative_to(ROOT / "krakendtw" if CORE in path.parents else ROOT)
    return str(Path("tests") / below.parent / f"test_{path.stem.lstrip('_')}.py")


def keys(value: Any) -> Iterable[str]:
    """All keys of a JSON document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


class HouseTestCase(SynchronousTestCase):
    """Collects what breaks a rule, and shows all of it."""

    def assert_none(self, found: Iterable[object]) -> None:
        """Nothing was found."""
        lines = sorted(map(str, found))
        if lines:
            self.fail("\n    ".join(["", *lines]))


class MirrorTests(HouseTestCase):
    """Modules and their tests lie at the same path."""

    def test_module_has_test(self) -> None:
        """Every module of the project and every example plugin has a test module."""
        wanted = {
            mirror(path)
            for name, path in modules().items()
            if name not in UNTESTED and name not in OWED
        } | {mirror(path) for path in sources(ROOT / "plugins")}
        missing = [path for path in wanted if not (ROOT / path).is_file()]
        self.assert_none(missing)

    def test_test_has_module(self) -> None:
        """Every test module is about one module, or about the whole tree."""
        known = {mirror(path) for path in modules().values()} | {
            mirror(path) for path in sources(ROOT / "plugins")
        }
        found = {str(path.relative_to(ROOT)) for path in TESTS.rglob("test_*.py")}
        self.assert_none(found - known - WHOLE)

    def test_exemptions_exist(self) -> None:
        """No exemption outlives its module."""
        self.assert_none((set(UNTESTED) | MAY_NAME_MIDDLEWARE) - set(modules()))

    def test_owed_tests_are_owed(self) -> None:
        """No module is listed as owed a test that is gone, or has its test."""
        paths = modules()
        self.assert_none(
            name
            for name in OWED
            if name not in paths or (ROOT / mirror(paths[name])).is_file()
        )

    def test_every_test_says_what_holds(self) -> None:
        """Every test method has a docstring, and its class is called ...Tests."""
        silent = [
            f"{module_name(path)}.{node.name}.{item.name}"
            for path in sources(TESTS)
            for node in ast.walk(tree(path))
            if isinstance(node, ast.ClassDef)
            for item in node.body
            if isinstance(item, ast.FunctionDef)
            and item.name.startswith("test_")
            and not (ast.get_docstring(item) and node.name.endswith("Tests"))
        ]
        self.assert_none(silent)


class PackageTests(HouseTestCase):
    """Packages are folders, not places for code."""

    def test_init_holds_docstring_only(self) -> None:
        """An ``__init__`` file holds its docstring, and the root the version.

        The root also chooses between compiled modules and their sources, which
        must come before any of them is imported.
        """
        wordy = []
        for folder in (CORE, TESTS):
            for path in folder.rglob("__init__.py"):
                body = tree(path).body
                rest = [ast.unparse(node).split(" ")[0] for node in body[1:]]
                if not ast.get_docstring(tree(path)) or rest not in (
                    [],
                    ["from", "__version__", "choose()"],
                ):
                    wordy.append(str(path.relative_to(ROOT)))
        self.assert_none(wordy)

    def test_folders_are_packages(self) -> None:
        """Every folder with modules has an ``__init__`` file."""
        bare = {
            str(path.parent.relative_to(ROOT))
            for folder in (CORE, TESTS)
            for path in sources(folder)
            if not (path.parent / "__init__.py").is_file()
        }
        self.assert_none(bare)


class ImportTests(HouseTestCase):
    """The import graph goes one way; type-only imports are not part of it."""

    def test_layers(self) -> None:
        """A module of the core imports only what lies below it."""
        wrong = [
            f"{name} -> {other}"
            for name, path in modules(packages=True).items()
            if name not in ("krakendtw", "krakendtw.testing")
            and not is_within(name, "krakendtw.middleware")
            for other in sorted(imported(path))
            if not may_import(name, other)
        ]
        self.assert_none(wrong)

    def test_every_module_has_a_layer(self) -> None:
        """A new module of the core is put into the table of layers."""
        lost = [
            name
            for name in modules()
            if name != "krakendtw.testing"
            and not is_middleware(name)
            and place(name) is None
        ]
        self.assert_none(lost)

    def test_middleware_knows_little(self) -> None:
        """A middleware imports contracts, values, and private parts beside it."""
        wrong = [
            f"{name} -> {other}"
            for name, path in modules().items()
            if is_middleware(name)
            for other in sorted(imported(path) - {"krakendtw"})
            if not any(
                is_within(other.removeprefix("krakendtw."), allowed)
                for allowed in MIDDLEWARE_MAY_IMPORT
            )
            and not (is_middleware(other) and is_private(other))
        ]
        self.assert_none(wrong)

    def test_nobody_imports_middleware(self) -> None:
        """A middleware is reached by its dropin alone."""
        wrong = [
            f"{name} -> {other}"
            for name, path in modules(packages=True).items()
            if not is_middleware(name)
            for other in sorted(imported(path))
            if is_within(other, "krakendtw.middleware")
        ]
        self.assert_none(wrong)

    def test_nobody_imports_testing(self) -> None:
        """The test kit is for tests."""
        users = [
            name
            for name, path in modules(packages=True).items()
            if "krakendtw.testing" in imported(path)
        ]
        self.assert_none(users)


class RequirementTests(HouseTestCase):
    """What is imported is installed with the gateway."""

    def test_imports_are_required(self) -> None:
        """Every library imported outside the tests stands in ``setup.py``."""
        required = {
            re.split(r"[\[<>=]", text)[0].lower()
            for text in literals(ROOT / "setup.py")
        }
        owners = packages_distributions()
        stray = {
            f"{module_name(path)} -> {library}"
            for path in (*sources(CORE), *sources(ROOT / "plugins"))
            for library in libraries(path)
            if required.isdisjoint(name.lower() for name in owners.get(library, ()))
            and library not in BROUGHT_ALONG
        }
        self.assert_none(stray)


class NamespaceTests(HouseTestCase):
    """A namespace is an address."""

    def test_middleware_has_dropin(self) -> None:
        """Every module under ``middleware`` is declared, or part of what is."""
        homes = declared_modules() | {home(namespace) for namespace in namespaces()}
        lost = [
            name
            for name in modules()
            if is_middleware(name)
            and not is_private(name)
            and not any(is_within(name, base) for base in homes)
        ]
        self.assert_none(lost)

    def test_dropin_names_real_module(self) -> None:
        """Every module that a dropin names exists."""
        self.assert_none(declared_modules() - set(modules(packages=True)))

    def test_dropins_are_prefixed(self) -> None:
        """The dropins carry our name, for ``twisted.plugins`` is one namespace."""
        strange = [
            path.name
            for path in sources(DROPINS)
            if not path.name.startswith("krakendtw_")
        ]
        self.assert_none(strange)

    def test_module_lies_at_namespace(self) -> None:
        """A middleware's module has its namespace's path, or one for its sisters."""
        lost = [
            f"{namespace}: {module}"
            for namespace, (_, module, _) in namespaces().items()
            if is_middleware(module)
            and not is_within(module, home(namespace))
            and not home(namespace).startswith(f"{module}_")
        ]
        self.assert_none(lost)

    def test_doc_page(self) -> None:
        """Every namespace has its page below ``docs/middleware``."""
        missing = [
            name
            for name in namespaces()
            if not (ROOT / "docs" / "middleware" / f"{name}.md").is_file()
        ]
        self.assert_none(missing)

    def test_example(self) -> None:
        """Every namespace has a configuration at its path that makes use of it."""
        missing = []
        for name in namespaces():
            path = ROOT / "conf" / f"{name}.json"
            if not path.is_file() or name not in keys(json.loads(path.read_text())):
                missing.append(name)
        self.assert_none(missing)

    def test_core_names_no_middleware(self) -> None:
        """No module of the core has a middleware's namespace among its strings."""
        owned = {
            word
            for name, (_, module, aliases) in namespaces().items()
            if is_middleware(module)
            for word in (name, *aliases)
        }
        named = [
            f"{name}: {word}"
            for name, path in modules().items()
            if not is_middleware(name) and name not in MAY_NAME_MIDDLEWARE
            for word in owned & literals(path)
        ]
        self.assert_none(named)


class SchemaTests(HouseTestCase):
    """Every namespace says what may stand in it."""

    def declared(self) -> dict[str, dict[str, Any]]:
        """The schemas of each namespace that has some."""
        files = {
            name: schema_file(module) for name, (_, module, _) in namespaces().items()
        }
        return {
            name: json.loads(path.read_text())
            for name, path in files.items()
            if path.is_file()
        }

    def unowned(self) -> dict[str, dict[str, Any]]:
        """The schemas of namespaces without an owner."""
        folder = CORE / "config" / "schema" / "namespaces"
        return {
            str(path.relative_to(folder).with_suffix("")): json.loads(path.read_text())
            for path in folder.rglob("*.json")
        }

    def test_every_namespace_is_declared(self) -> None:
        """A namespace has a file of schemas beside its module, unless owed."""
        self.assert_none(set(namespaces()) - set(self.declared()) - UNDECLARED)

    def test_owners_have_taken_their_schemas(self) -> None:
        """What a namespace without an owner may hold moves to its owner's module."""
        self.assert_none(set(namespaces()) & set(self.unowned()))

    def test_owed_schemas_are_owed(self) -> None:
        """No namespace is listed as owed a schema that is gone, or has one."""
        gone = UNDECLARED - set(namespaces())
        self.assert_none(gone | (UNDECLARED & set(self.declared())))

    def test_places(self) -> None:
        """Schemas are by place; a name in place of one is that of another place."""
        wrong = [
            f"{name}: {place}"
            for name, schemas in {**self.unowned(), **self.declared()}.items()
            for place, schema in schemas.items()
            if place not in (*PLACES, "shared", "inline")
            or (isinstance(schema, str) and not isinstance(schemas.get(schema), dict))
        ]
        self.assert_none(wrong)

    def test_properties_are_told_of(self) -> None:
        """Each property of a schema has a sentence that says what it means."""
        silent = [
            f"{name}: {key}"
            for name, schemas in {**self.unowned(), **self.declared()}.items()
            for key, schema in properties(schemas)
            if not str(schema.get("description", "")).endswith(".")
        ]
        self.assert_none(silent)


class DocumentTests(HouseTestCase):
    """The documents are about this tree."""

    def test_links(self) -> None:
        """Every link to a file of the tree leads somewhere."""
        pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        broken = [
            f"{page.relative_to(ROOT)}: {target}"
            for page in pages
            for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text())
            if not (page.parent / target).exists()
        ]
        self.assert_none(broken)

    def test_namespaces_are_told_of(self) -> None:
        """Every namespace has its row in the table of what is there."""
        table = (ROOT / "docs" / "compatibility.md").read_text()
        self.assert_none(name for name in namespaces() if f"`{name}`" not in table)


class PluginTests(HouseTestCase):
    """What the plugin system finds keeps the promises of the interfaces."""

    def test_plugins_keep_their_promises(self) -> None:
        """Every discovered plugin, and what a maker stands for, verifies."""
        for plugin in getPlugins(IPlugin, twisted.plugins):
            for thing in (plugin, getattr(plugin, "made", plugin)):
                for interface in providedBy(thing):
                    if interface.__module__ == "krakendtw.interfaces":
                        verifyObject(interface, thing)

    def test_every_dropin_loads(self) -> None:
        """Every dropin brings at least one plugin."""
        cache = getCache(twisted.plugins)
        empty = [
            path.name
            for path in sources(DROPINS)
            if path.stem not in cache or not cache[path.stem].plugins
        ]
        self.assert_none(empty)
