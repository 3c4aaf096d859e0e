"""``modifier/python``: scripts in Python around endpoints and backends."""

from krakendtw.plugin import MiddlewareMaker

python = MiddlewareMaker(
    "modifier/python", module="krakendtw.middleware.modifier.python"
)
