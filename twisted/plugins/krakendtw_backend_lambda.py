"""``backend/lambda``: call an AWS Lambda function in place of a backend."""

from krakendtw.plugin import MiddlewareMaker

function = MiddlewareMaker(
    "backend/lambda",
    module="krakendtw.middleware.backend.lambda_",
    aliases=("github.com/devopsfaith/krakend-lambda",),
    extra="lambda",
)
