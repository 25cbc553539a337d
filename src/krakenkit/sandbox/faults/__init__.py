"""What can go wrong, on demand or by chance. The list of faults is :mod:`krakenkit.sandbox.faults.listing`."""

from __future__ import annotations

from krakenkit.sandbox.faults.fault import Fault as Fault
from krakenkit.sandbox.faults.faults import Faults as Faults
from krakenkit.sandbox.faults.script import Happened as Happened

__all__ = ["Fault", "Faults", "Happened"]
