"""JSON Schema, drafts 4 to 2020-12, as the library that KrakenD uses reads it."""
