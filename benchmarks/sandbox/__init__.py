"""How much the sandbox can take: ``python -m benchmarks.sandbox``."""
