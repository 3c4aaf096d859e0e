"""Values as JSON, and JSON as values, by the rules of Go's encoding/json."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from krakendtw.gojson.exact import MAX_DEPTH
from krakendtw.gojson.text import decode_utf8
from krakendtw.gojson.writer import dumps
from krakendtw.template.failure import Failure
from krakendtw.template.values import (
    BYTES,
    Named,
    is_nil,
    kind_of,
    type_of,
)

_EXPONENT: Final = 400
