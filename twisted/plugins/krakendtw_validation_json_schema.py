"""``validation/json-schema``: the request's body must fit a JSON schema."""

from krakendtw.plugin import MiddlewareMaker

json_schema = MiddlewareMaker(
    "validation/json-schema",
    module="krakendtw.middleware.validation.json_schema",
    aliases=("github.com/devopsfaith/krakend-jsonschema",),
    extra="jsonschema",
)
