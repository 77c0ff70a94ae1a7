"""Scenario files: reading, checking, and writing them back."""

from __future__ import annotations

from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.files import Reading, load, read

__all__ = ["Fault", "Reading", "ScenarioError", "load", "read"]
