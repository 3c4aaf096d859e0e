"""``modifier/request-body-extractor``: values of the body as header fields."""
