"""Clients of ccxt with the addresses and a key of the sandbox."""

from __future__ import annotations

from typing import Any

from truth import BOX


def spot_at(made: Any, name: str) -> Any:
    """A Spot client that knows no other exchange than the sandbox."""
    made.apiKey, made.secret = BOX["keys"][name]["key"], BOX["keys"][name]["secret"]
    made.urls["api"] |= {"public": BOX["rest"], "private": BOX["rest"]}
    made.urls["api"]["ws"] = {
        "public": BOX["ws"]["SPOT_PUBLIC_V1"],
        "private": BOX["ws"]["SPOT_PRIVATE_V1"],
        "publicV2": BOX["ws"]["SPOT_PUBLIC_V2"],
        "privateV2": BOX["ws"]["SPOT_PRIVATE_V2"],
    }
    return made


def futures_at(made: Any, name: str) -> Any:
    """The same for Futures."""
    origin = BOX["futures"]
    made.apiKey, made.secret = BOX["keys"][name]["key"], BOX["keys"][name]["secret"]
    made.urls["api"] |= {
        "public": f"{origin}/derivatives/api/",
        "private": f"{origin}/derivatives/api/",
        "charts": f"{origin}/api/charts/",
        "history": f"{origin}/api/history/",
        "ws": BOX["ws"]["DERIVATIVES_PRIVATE_V1"],
    }
    return made
