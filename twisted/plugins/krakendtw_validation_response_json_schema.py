"""``validation/response-json-schema``: the answer must fit a JSON schema."""

from krakendtw.plugin import MiddlewareMaker

response_json_schema = MiddlewareMaker(
    "validation/response-json-schema",
    module="krakendtw.middleware.validation.response_json_schema",
    extra="jsonschema",
)
