"""``workflow``: an endpoint of its own in place of a backend's call."""

from krakendtw.plugin import MiddlewareMaker

workflow = MiddlewareMaker("workflow", module="krakendtw.middleware.workflow")
