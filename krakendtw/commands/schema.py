"""``krakendtw schema``: prints the JSON Schema of the whole configuration."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from krakendtw.config.explain import explain
from krakendtw.config.load import draft
from krakendtw.config.schema.whole import whole_schema
from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


class SchemaCommand:
    """The command ``schema``."""

    def options(self, parser: ArgumentParser) -> None:
        """See :class:`~krakendtw.interfaces.ICommandPlugin`."""
        parser.add_argument(
            "-c",
            "--config",
            default="",
            help="Path to a configuration file whose plugins' schemas are wanted too",
        )

    def run(self, options: Namespace) -> int:
        """Print it.

        :returns: 0, or 1 if the configuration cannot be read.
        """
        if options.config:
            try:
                draft(options.config, options.registry, environ=os.environ)
            except ConfigError as error:
                sys.stderr.write(f"ERROR {explain(options.config, error)}\n")
                return 1
        whole = whole_schema(options.registry)
        sys.stdout.write(json.dumps(whole, indent=2, ensure_ascii=False) + "\n")
        return 0


command = SchemaCommand()
