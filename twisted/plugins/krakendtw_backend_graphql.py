"""``backend/graphql``: ask a GraphQL server."""

from krakendtw.plugin import MiddlewareMaker

graphql = MiddlewareMaker(
    "backend/graphql",
    module="krakendtw.middleware.backend.graphql",
    aliases=("github.com/devopsfaith/krakend/transport/http/client/graphql",),
)
