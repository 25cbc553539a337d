"""Hypothesis places, changes, cancels and moves markets at random; after every step both engines are in order."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from sandbox.engine.derivatives_machine import DerivativesMachine
from sandbox.engine.spot_machine import SpotMachine

QUICK = settings(max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TestSpot = SpotMachine.TestCase
TestSpot.settings = QUICK
TestDerivatives = DerivativesMachine.TestCase
TestDerivatives.settings = QUICK
