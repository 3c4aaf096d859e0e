"""``content-replacer``: a plugin that replaces texts in answers."""

from krakendtw.middleware.plugin.content_replacer import ContentReplacer

content_replacer = ContentReplacer()
