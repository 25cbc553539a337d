"""Every endpoint of the partner, institutional and OAuth groups."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox.institutional import rest_custody, rest_custody_funding, rest_otc, rest_prime
from krakenkit.sandbox.partners import (
    rest_embed,
    rest_embed_assets,
    rest_embed_portfolio,
    rest_oauth,
    rest_pay,
    rest_ramp,
)

PARTNER_ENDPOINTS: Final = (
    *rest_embed.ENDPOINTS,
    *rest_embed_assets.ENDPOINTS,
    *rest_embed_portfolio.ENDPOINTS,
    *rest_ramp.ENDPOINTS,
    *rest_pay.ENDPOINTS,
    *rest_oauth.ENDPOINTS,
    *rest_custody.ENDPOINTS,
    *rest_custody_funding.ENDPOINTS,
    *rest_otc.ENDPOINTS,
    *rest_prime.ENDPOINTS,
)
