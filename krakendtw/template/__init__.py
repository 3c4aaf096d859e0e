"""Go's text/template language with sprig's functions."""
