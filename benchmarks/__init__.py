"""How fast krakenkit is beside other Python clients for Kraken: everything on this machine, over loopback.

``scripts/bench`` runs it; ``docs/performance.md`` holds what came out.
"""
