"""Packaging; the tools are configured in ``pyproject.toml``."""

import os
import re
import runpy
from pathlib import Path

from setuptools import Extension, find_packages, setup

HERE = Path(__file__).parent


def version() -> str:
    """The version from ``krakendtw/__init__.py``, without importing it."""
    text = (HERE / "krakendtw" / "__init__.py").read_text()
    found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    assert found is not None
    return found[1]


def source(name: str) -> str:
    """The file of a module that is compiled."""
    stem = name.replace(".", "/")
    return f"{stem}.pyx" if (HERE / f"{stem}.pyx").is_file() else f"{stem}.py"


def extensions() -> list[Extension]:
    """The compiled forms of the hot path's modules; none where that is not wanted.

    A missing or failing compiler is no error: the sources do the same.
    """
    if os.environ.get("KRAKENDTW_PURE"):
        return []
    try:
        from Cython.Build import cythonize
        from Cython.Compiler.Errors import CompileError
    except ImportError:
        return []
    scope = runpy.run_path(str(HERE / "krakendtw" / "compiled.py"))
    modules = [
        Extension(
            name,
            [source(name)],
            extra_compile_args=["-O2", "-g0"],
        )
        for name in scope["MODULES"]
    ]
    directives = {
        "annotation_typing": False,  # the types are those of the .pxd files
        "auto_pickle": False,
        "language_level": 3,
    }
    try:
        made: list[Extension] = cythonize(
            modules, nthreads=os.cpu_count() or 1, compiler_directives=directives
        )
    except CompileError as error:
        print(f"The hot path stays Python: {error}")
        return []
    for each in made:
        each.optional = True  # Cython's own do not keep it
    return made


COMPONENTS = {
    "basic": ["bcrypt>=4"],
    "cel": ["google-re2>=1.1"],
    "graphql": ["graphql-core>=3.2"],
    "jmespath": ["jmespath>=1"],
    "jsonschema": ["google-re2>=1.1", "jsonschema-specifications>=2023.12"],
    "jwt": ["PyJWT[crypto]>=2.10", "cryptography>=42", "PyNaCl>=1.5"],
    "lambda": ["botocore>=1.34"],
    "lua": ["lupa>=2.4"],
    "redis": ["txredisapi>=1.4.10"],
    "regex": ["google-re2>=1.1"],
    "revoker": ["rbloom>=1.5"],
}
"""What the components need that have libraries of their own."""

setup(
    name="krakendtw",
    version=version(),
    description="An API gateway on Twisted, a drop-in for KrakenD CE",
    long_description=(HERE / "README.md").read_text(),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    # twisted.plugins is Twisted's own package: only our files join it, without
    # an __init__.py and without the cache that Twisted keeps beside them.
    packages=[
        *find_packages(include=["krakendtw", "krakendtw.*"]),
        "twisted.plugins",
    ],
    package_data={
        "krakendtw": ["py.typed", "**/*.json"],
        "krakendtw.middleware.modifier.lua": ["*.lua"],
    },
    exclude_package_data={"twisted.plugins": ["dropin.cache"]},
    include_package_data=False,
    ext_modules=extensions(),
    options={"build_ext": {"parallel": os.cpu_count() or 1}},
    install_requires=[
        "attrs>=23.1",
        "google-re2>=1.1",
        "httptools>=0.6",
        "jsonschema-specifications>=2023.12",
        "msgspec>=0.19",
        "orjson>=3.9",
        "pyyaml>=6",
        "service-identity>=23.1",
        "treq>=24.9",
        "twisted[tls,http2]>=24.7",
        "zope.interface>=6",
    ],
    extras_require={
        **COMPONENTS,
        "all": sorted({library for part in COMPONENTS.values() for library in part}),
        "test": ["coverage>=7", "hypothesis>=6.100"],
        "dev": [
            "mypy>=1.11",
            "mypy-zope>=1.0.5",
            "ruff>=0.9",
            "towncrier>=24.8",
            "types-PyYAML>=6",
        ],
    },
    entry_points={"console_scripts": ["krakendtw = krakendtw.cli:main"]},
    classifiers=[
        "Framework :: Twisted",
        "Operating System :: POSIX",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3 :: Only",
        "Topic :: Internet :: Proxy Servers",
        "Typing :: Typed",
    ],
)
