"""``krakendtw init``: writes a small configuration to begin with."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

DEFAULT_FILE: Final = "krakend.yaml"

YAML: Final = """\
# A gateway to begin with.  Start it with:   krakendtw run -c {file}
# See what it is made of with:               krakendtw check -d -c {file}
$schema: https://www.krakend.io/schema/v2.13/krakend.json
version: 3
name: My gateway
port: 8080

# How long an endpoint may take, unless it says otherwise.
timeout: 3s

# Where backends are, unless they say otherwise.  This one is the gateway itself, so
# that the file works as it is: put your own service in its place, and take
# echo_endpoint out.
host:
  - http://localhost:8080
echo_endpoint: true

endpoints:
  # GET http://localhost:8080/hello/you asks one backend, and passes its answer on.
  - endpoint: /hello/{{name}}
    # Only what is named here reaches the backends.
    input_headers: [Accept-Language]
    input_query_strings: [greeting]
    backend:
      - url_pattern: /__echo/hello/{{name}}
        # Of the answer, only these fields.
        allow: [req_uri, req_headers]

  # GET http://localhost:8080/both asks two backends at once and merges their answers.
  - endpoint: /both
    backend:
      - url_pattern: /__echo/one
        allow: [req_uri]
        group: one
      - url_pattern: /__echo/two
        allow: [req_uri]
        group: two

# Components of the gateway as a whole.  Endpoints and backends have their own
# extra_config.
extra_config:
  security/cors:
    allow_origins: ["*"]
    allow_methods: [GET]
  telemetry/logging:
    level: INFO
    stdout: true
    prefix: "[GATEWAY]"
"""

JSON: Final = """\
{{
  "@comment": "A gateway to begin with. Start it with: krakendtw run -c {file}",
  "$schema": "https://www.krakend.io/schema/v2.13/krakend.json",
  "version": 3,
  "name": "My gateway",
  "port": 8080,
  "timeout": "3s",
  "@host": "Where backends are, unless they say otherwise. This one is the gateway itself, so that the file works as it is: put your own service in its place, and take echo_endpoint out.",
  "host": ["http://localhost:8080"],
  "echo_endpoint": true,
  "endpoints": [
    {{
      "@comment": "GET http://localhost:8080/hello/you asks one backend, and passes its answer on. Only what is named here reaches it.",
      "endpoint": "/hello/{{name}}",
      "input_headers": ["Accept-Language"],
      "input_query_strings": ["greeting"],
      "backend": [
        {{
          "@comment": "Of the answer, only these fields.",
          "url_pattern": "/__echo/hello/{{name}}",
          "allow": ["req_uri", "req_headers"]
        }}
      ]
    }},
    {{
      "@comment": "GET http://localhost:8080/both asks two backends at once and merges their answers.",
      "endpoint": "/both",
      "backend": [
        {{"url_pattern": "/__echo/one", "allow": ["req_uri"], "group": "one"}},
        {{"url_pattern": "/__echo/two", "allow": ["req_uri"], "group": "two"}}
      ]
    }}
  ],
  "extra_config": {{
    "@comment": "Components of the gateway as a whole. Endpoints and backends have their own extra_config.",
    "security/cors": {{
      "allow_origins": ["*"],
      "allow_methods": ["GET"]
    }},
    "telemetry/logging": {{
      "level": "INFO",
      "stdout": true,
      "prefix": "[GATEWAY]"
    }}
  }}
}}
"""  # noqa: E501 - JSON knows no line breaks in its texts

_TEXTS: Final = {".yaml": YAML, ".yml": YAML, ".json": JSON}


class InitCommand:
    """The command ``init``."""

    def options(self, parser: ArgumentParser) -> None:
        """See :class:`~krakendtw.interfaces.ICommandPlugin`."""
        parser.usage = "krakendtw init [flags] [file]"
        parser.add_argument(
            "file",
            nargs="?",
            default=DEFAULT_FILE,
            help=f"What to write: .yaml, .yml or .json (default {DEFAULT_FILE})",
        )

    def run(self, options: Namespace) -> int:
        """Write the file, if there is none.

        :returns: 0 if it was written, else 1.
        """
        file: str = options.file
        text = _TEXTS.get(os.path.splitext(file)[1])
        if text is None:
            return _refuse(
                f"{file}: a name that ends in .yaml, .yml or .json is wanted"
            )
        try:
            with open(file, "x", encoding="utf-8") as stream:
                stream.write(text.format(file=file))
        except FileExistsError:
            return _refuse(f"{file} is there already, and is left as it is")
        except OSError as error:
            return _refuse(f"{file}: {(error.strerror or str(error)).lower()}")
        sys.stdout.write(
            f"Written: {file}\nStart it with: krakendtw run -c {file}\n"
            f"See what it is made of with: krakendtw check -d -c {file}\n"
        )
        return 0


def _refuse(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return 1


command = InitCommand()
