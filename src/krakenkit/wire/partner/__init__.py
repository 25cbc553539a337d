"""Partner REST: Embed, Ramp and Pay, one module per subject.

The first Embed version (``/0/private/CreateUser`` and its kin) is left out on purpose: ``/b2b`` replaced it.
"""
