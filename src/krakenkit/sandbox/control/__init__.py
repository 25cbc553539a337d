"""The sandbox's own API under ``/_sandbox/``: JSON over HTTP, without keys, for programs in any language."""
