"""``response-schema-validator``: a plugin that checks answers by a JSON schema."""

from krakendtw.middleware.plugin.response_schema_validator import (
    ResponseSchemaValidator,
)

response_schema_validator = ResponseSchemaValidator()
