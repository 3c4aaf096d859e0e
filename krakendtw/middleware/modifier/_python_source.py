"""One script of ``modifier/python``: read, checked, made a module.

Reading checks what can be seen without running anything: the checksum, the
syntax, and the signatures.  Only :meth:`Source.load` runs the script.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import itertools
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from types import CodeType, MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import field, frozen

from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

Function: TypeAlias = "Callable[..., Any]"

ENTER, PRE, POST = "enter", "pre", "post"

PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {ENTER: ("client",), PRE: ("request",), POST: ("request", "response")}
)
"""The functions that a script may have, with what they are called with."""

_number = itertools.count(1)


@frozen
class Source:
    """A script that is ready to run.

    :ivar path: from the working directory.
    :ivar where: the place that names it.
    :ivar names: of its functions, by what they are for.
    """

    path: str
    where: ConfigPath = field(eq=False, repr=False)
    names: Mapping[str, str]
    code: CodeType = field(repr=False, eq=False)
    bound: frozenset[str] = field(default=frozenset(), repr=False)

    def may_have(self, name: str) -> bool:
        """Whether the script binds a name, as far as can be seen."""
        return name in self.bound or "*" in self.bound

    def load(self) -> Mapping[str, Function]:
        """Run the script: its functions by what they are for.

        :raises ConfigError: it fails, or its functions are not what is wanted.
        """
        module = ModuleType(f"krakendtw_script_{_stem(self.path)}_{next(_number)}")
        module.__file__ = self.path
        sys.modules[module.__name__] = module  # dataclasses and typing look there
        try:
            exec(self.code, module.__dict__)  # noqa: S102
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a stranger's script may even call exit
            del sys.modules[module.__name__]
            raise self._error(describe(error, self.path)) from error
        found = {}
        for use, name in self.names.items():
            function = getattr(module, name, None)
            if function is not None:
                self._check(use, name, function)
                found[use] = function
        if not found:
            raise self._error(_lacks(self.path, self.names))
        return found

    def _check(self, use: str, name: str, function: Any) -> None:
        """Hold a function against its use.

        :raises ConfigError: it cannot be called like that.
        """
        wanted = PARAMETERS[use]
        if not callable(function):
            raise self._error(f"{self.path}: {name} is no function")
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(
            function
        ):
            raise self._error(f"{self.path}: {name} yields: it must return or await")
        try:
            inspect.signature(function).bind(*wanted)
        except (TypeError, ValueError) as error:
            raise self._error(_misfit(self.path, name, wanted)) from error

    def _error(self, message: str) -> ConfigError:
        return ConfigError(self.where, message)


def read_source(
    path: str, where: ConfigPath, names: Mapping[str, str], digest: str | None = None
) -> Source:
    """Read a script and check what can be seen without running it.

    :param names: of its functions, by what they are for.
    :param digest: the MD5 sum that it must have, in hexadecimal digits.
    :raises ConfigError: it is not there, not what was pinned, or no script.
    """
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise ConfigError(where, f"{path}: {error.strerror or error}") from error
    except ValueError as error:  # a name with a null byte
        raise ConfigError(where, f"{path!r}: {error}") from error
    if digest is not None:
        found = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if found != digest.lower():
            raise ConfigError(where, f"{path}: its MD5 is {found}, {digest} is wanted")
    try:
        tree = ast.parse(content, path)
        code = compile(tree, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:  # null bytes are a ValueError
        raise ConfigError(where, describe(error, path)) from error
    source = Source(path, where, names, code, frozenset(_bound(tree)))
    if not any(map(source.may_have, names.values())):
        raise ConfigError(where, _lacks(path, names))
    _check_signatures(tree, path, where, names)
    return source


def _check_signatures(
    tree: ast.Module, path: str, where: ConfigPath, names: Mapping[str, str]
) -> None:
    """What can be said of the functions before the script has run.

    :raises ConfigError: one has other parameters.
    """
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for use, name in names.items():
            # What a decorator makes of it is seen once the script has run.
            if node.name == name and not node.decorator_list:
                wanted = PARAMETERS[use]
                if not _takes(node.args, len(wanted)):
                    at = f"{path}:{node.lineno}"
                    raise ConfigError(where, _misfit(at, name, wanted))


def _bound(tree: ast.Module) -> Iterator[str]:
    """The names that a module's own statements bind."""
    nodes: list[ast.AST] = list(tree.body)
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            continue
        if isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        nodes.extend(ast.iter_child_nodes(node))


def _takes(arguments: ast.arguments, count: int) -> bool:
    """Whether a function may be called with so many positional arguments."""
    positional = len(arguments.posonlyargs) + len(arguments.args)
    required = positional - len(arguments.defaults)
    keywords = sum(1 for default in arguments.kw_defaults if default is None)
    most = count if arguments.vararg is not None else positional
    return keywords == 0 and required <= count <= most


def _misfit(at: str, name: str, wanted: tuple[str, ...]) -> str:
    return f"{at}: {name} must take ({', '.join(wanted)})"


def _lacks(path: str, names: Mapping[str, str]) -> str:
    wanted = " or ".join(
        f"{name}({', '.join(PARAMETERS[use])})" for use, name in names.items()
    )
    return f"{path}: has no {wanted}"


def describe(error: BaseException, *paths: str) -> str:
    """What happened, with file and line: of the innermost of ``paths`` if known."""
    text = str(error)
    kind = type(error).__name__
    if isinstance(error, SyntaxError):
        return f"{error.filename or paths[0]}:{error.lineno or 0}: {error.msg}"
    said = f"{kind}: {text}" if text else kind
    return f"{place_of(error, *paths)}: {said}"


def place_of(error: BaseException, *paths: str) -> str:
    """``file:line`` of the innermost frame of ``paths``, else of the innermost."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename in paths]
    if own or frames:
        frame = (own or frames)[-1]
        return f"{frame.filename}:{frame.lineno}"
    return paths[0] if paths else "unknown"


def _stem(path: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in PurePath(path).stem)
