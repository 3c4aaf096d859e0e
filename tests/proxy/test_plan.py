"""Tests of the plan: what was built, in the order of its parts."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.model import BackendConfig, EndpointConfig
from krakendtw.proxy.plan import BackendPlan, EndpointPlan, InnerPlan


class PlanTests(SynchronousTestCase):
    """Plans of an endpoint and its backends."""

    def test_title(self) -> None:
        """A backend is known by its method and path."""
        config = BackendConfig(url_pattern="/x", method="POST")
        self.assertEqual("POST /x", BackendPlan(config).title)

    def test_backends(self) -> None:
        """Shadows stand behind the regular backends."""
        plan = EndpointPlan(EndpointConfig("/e"))
        self.assertEqual([], plan.backends())
        regular = BackendPlan(BackendConfig(url_pattern="/a"))
        shadow = BackendPlan(BackendConfig(url_pattern="/b"))
        plan.inner.backends.append(regular)
        plan.shadow = InnerPlan(backends=[shadow])
        self.assertEqual([regular, shadow], plan.backends())
