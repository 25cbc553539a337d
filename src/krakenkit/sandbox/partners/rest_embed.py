"""REST of Embed: users and their verification, quotes, conditional orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from krakenkit._core.numbers import exact
from krakenkit.sandbox.cursors import by_cursor
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import Asset
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.partners.custom_orders import STATES, CustomOrder
from krakenkit.sandbox.partners.embed import Embed
from krakenkit.sandbox.partners.quotes import Quote
from krakenkit.sandbox.partners.trades import (
    LARGEST,
    SMALLEST,
    Deal,
    price,
    rate_at,
    read_action,
    read_trigger,
    unit_price,
)
from krakenkit.sandbox.partners.users import User
from krakenkit.sandbox.rates import rounded
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.partner import custom_orders, quotes, users, verification
from krakenkit.wire.partner.actions import (
    CounterAssetInfo,
    PriceTrigger,
    PriceTriggerInfo,
    TradeAction,
    TradeActionInfo,
)
from krakenkit.wire.partner.nexus import AssetAmount, UnitPrice

_ORDERS_SHOWN: Final = 50
_CURRENCY: Final = "currency"


def embed_of(caller: Caller) -> Embed:
    """Embed with everything that is due by now done."""
    embed = caller.venue.partners.embed
    embed.pass_time(caller.venue.exchange, caller.now)
    return embed


def user_of(caller: Caller, iiban: str) -> User:
    """A user of the calling partner."""
    return embed_of(caller).users.find(caller.account, iiban)


# --- users ------------------------------------------------------------------------------------------------------------


def create_user(caller: Caller, request: users.CreateEmbedUser) -> users.CreatedEmbedUser:
    made = embed_of(caller).users.create(caller.account, request, caller.now)
    return users.CreatedEmbedUser(users.NewEmbedUser(made.iiban))


def get_user(caller: Caller, request: users.GetEmbedUser) -> users.EmbedUser:
    found = user_of(caller, request.user)
    return users.EmbedUser(
        user=found.iiban,
        user_type="individual",
        status=users.EmbedUserStatus("ok", _required(found)),
        created_at=stamp(found.created_at),
        external_id=found.external_id,
    )


def _required(user: User) -> list[users.RequiredAction | str]:
    """What a user still has to do. It keeps nobody from trading here; what it stops at Kraken is not documented."""
    if user.verifications:
        return []
    return [users.RequiredAction(action_type="verification", verification_type="identity", reasons=["not_verified"])]


def update_user(caller: Caller, request: users.UpdateEmbedUser) -> str:
    embed_of(caller).users.update(caller.account, request)
    return "success"


def submit_verification(
    caller: Caller, request: verification.SubmitEmbedVerification
) -> verification.SubmittedVerification:
    if request.type != "identity_document":
        raise invalid("type")
    files = {"front": request.front, "back": request.back, "verifier_response": request.verifier_response_file}
    sizes = {name: len(file.content) for name, file in files.items() if file is not None}
    made = embed_of(caller).users.verify(
        user_of(caller, request.user), request.metadata, request.verifier, sizes, caller.now
    )
    return verification.SubmittedVerification(made)


# --- quotes -----------------------------------------------------------------------------------------------------------


def request_quote(caller: Caller, request: quotes.RequestEmbedQuote) -> quotes.EmbedQuote:
    exchange, user = caller.venue.exchange, user_of(caller, request.user)
    currency = None if request.quote_currency is None else exchange.asset(request.quote_currency).display
    asked = TradeAction(
        type=request.type,
        amount=request.amount,
        quote=request.quote,
        fee_bps=request.fee_bps,
        spread_bps=request.spread_bps,
    )
    deal = price(exchange, read_action(exchange, asked))
    return _quote(caller, embed_of(caller).quotes.make(user, deal, caller.now, quote_currency=currency))


def get_quote(caller: Caller, request: quotes.GetEmbedQuote) -> quotes.EmbedQuote:
    user = user_of(caller, request.user)
    return _quote(caller, embed_of(caller).quotes.find(user, request.quote_id, caller.now))


def execute_quote(caller: Caller, request: quotes.ExecuteEmbedQuote) -> quotes.ExecutedQuote:
    user = user_of(caller, request.user)
    done = embed_of(caller).quotes.execute(caller.venue.exchange, user, request.quote_id, caller.now)
    return quotes.ExecutedQuote(quote_id=done.id, status=done.state, transaction_id=done.transaction_id)


def _quote(caller: Caller, quote: Quote) -> quotes.EmbedQuote:
    told = _prospective(caller, quote.deal, quote.quote_currency)
    return quotes.EmbedQuote(
        quote_id=quote.id,
        status=quote.state,
        expires=stamp(quote.expires_at),
        type=told.type,
        spend=told.spend,
        receive=told.receive,
        unit_price=told.unit_price,
        quoted_spend=told.quoted_spend,
        quoted_receive=told.quoted_receive,
        quoted_unit_price=told.quoted_unit_price,
        transaction_id=quote.transaction_id,
    )


def prospective_quote(caller: Caller, request: quotes.RequestEmbedProspectiveQuote) -> quotes.ProspectiveQuote:
    exchange = caller.venue.exchange
    if request.user is not None:
        user_of(caller, request.user)
    action, rate = read_action(exchange, request.action), None
    if request.trigger is not None:
        target = read_trigger(exchange, request.trigger, action)
        rate = rate_at(target, request.trigger, exchange, action)
    currency = None if request.quote_currency is None else exchange.asset(request.quote_currency).display
    return _prospective(caller, price(exchange, action, rate=rate), currency)


def _prospective(caller: Caller, deal: Deal, currency: str | None) -> quotes.ProspectiveQuote:
    exchange = caller.venue.exchange
    base, quote, rate = unit_price(exchange, deal)
    spend = quotes.QuoteSide(
        asset=deal.spend,
        total=deal.spend_total,
        fee=deal.fee,
        subtotal=deal.spend_total - deal.fee,
        asset_class=_CURRENCY,
    )
    receive = quotes.QuoteSide(
        asset=deal.receive, total=deal.received, fee=Decimal(0), subtotal=deal.received, asset_class=_CURRENCY
    )
    return quotes.ProspectiveQuote(
        type=deal.kind,
        spend=spend,
        receive=receive,
        unit_price=_unit(base, quote.display, rate),
        quoted_spend=_quoted(caller, spend, currency),
        quoted_receive=_quoted(caller, receive, currency),
        quoted_unit_price=_quoted_unit(caller, base, quote, rate, currency),
    )


def _unit(base: Asset, unit: str, rate: Decimal) -> UnitPrice:
    return UnitPrice(
        asset=base.display,
        unit_price=rate,
        denomination_asset=unit,
        asset_class=_CURRENCY,
        denomination_asset_class=_CURRENCY,
    )


def _quoted(caller: Caller, side: quotes.QuoteSide, currency: str | None) -> quotes.QuoteSide | None:
    worth = None if currency is None else worth_of(caller, side.total, side.asset, currency)
    if currency is None or worth is None:
        return None
    fee = worth_of(caller, side.fee or Decimal(0), side.asset, currency) or Decimal(0)
    return quotes.QuoteSide(asset=currency, total=worth, fee=fee, subtotal=worth - fee, asset_class=_CURRENCY)


def _quoted_unit(caller: Caller, base: Asset, quote: Asset, rate: Decimal, currency: str | None) -> UnitPrice | None:
    worth = None if currency is None else worth_of(caller, rate, quote.display, currency)
    return None if currency is None or worth is None else _unit(base, currency, worth)


def worth_of(caller: Caller, amount: Decimal, asset: str, unit: str) -> Decimal | None:
    """An amount in another asset at last prices; None without a price."""
    return caller.venue.exchange.worth(amount, asset, unit)


def quote_limits(caller: Caller, request: quotes.GetEmbedQuoteLimits) -> quotes.QuoteLimits:
    """Limits are dollars of worth; an asset without a price has none. No page fixes this call."""
    exchange = caller.venue.exchange
    if request.user is not None:
        user_of(caller, request.user)
    if request.type not in (None, "spend", "receive"):
        raise invalid("type")
    asset = exchange.asset(request.base_asset or "BTC")
    if request.quote_asset is not None and exchange.asset(request.quote_asset) is asset:
        raise invalid("quote_asset")
    bounds = [exchange.worth(bound, "USD", asset.display) for bound in (SMALLEST, LARGEST)]
    smallest, largest = (None if bound is None else rounded(bound, asset) for bound in bounds)
    unit = None if request.quote_currency is None else exchange.asset(request.quote_currency).display
    return quotes.QuoteLimits(
        asset=asset.display,
        minimum=smallest,
        maximum=largest,
        precision=asset.decimals,
        minimum_tradable_amount=smallest,
        minimum_in_display=_displayed(caller, SMALLEST, unit),
        maximum_in_display=_displayed(caller, LARGEST, unit),
        minimum_tradable_amount_in_display=_displayed(caller, SMALLEST, unit),
    )


def _displayed(caller: Caller, dollars: Decimal, unit: str | None) -> AssetAmount | None:
    worth = None if unit is None else worth_of(caller, dollars, "USD", unit)
    return None if unit is None or worth is None else AssetAmount(asset=unit, amount=worth, asset_class=_CURRENCY)


# --- conditional orders -----------------------------------------------------------------------------------------------


def create_order(caller: Caller, request: custom_orders.CreateEmbedCustomOrder) -> custom_orders.CustomOrderAnswer:
    user = user_of(caller, request.user)
    made = embed_of(caller).orders.create(
        caller.venue.exchange, user, request.name, request.action, request.trigger, caller.now
    )
    return custom_orders.CustomOrderAnswer(_order(made))


def list_orders(caller: Caller, request: custom_orders.ListEmbedCustomOrders) -> custom_orders.CustomOrders:
    wanted = frozenset(request.statuses or STATES)
    if not wanted <= STATES:
        raise invalid("statuses")
    rows = [one for one in embed_of(caller).orders.of(user_of(caller, request.user)) if one.state in wanted]
    page, following = by_cursor(rows, cursor=request.cursor, size=_ORDERS_SHOWN, id_of=lambda one: one.id)
    return custom_orders.CustomOrders(orders=[_order(one) for one in page], next_cursor=following)


def get_order(caller: Caller, request: custom_orders.GetEmbedCustomOrder) -> custom_orders.CustomOrderAnswer:
    user = user_of(caller, request.user)
    return custom_orders.CustomOrderAnswer(_order(embed_of(caller).orders.find(user, request.order_id)))


def cancel_order(caller: Caller, request: custom_orders.CancelEmbedCustomOrder) -> custom_orders.CancelledCustomOrder:
    user = user_of(caller, request.user)
    return custom_orders.CancelledCustomOrder(_order(embed_of(caller).orders.cancel(user, request.id, caller.now)))


def _order(order: CustomOrder) -> custom_orders.CustomOrder:
    return custom_orders.CustomOrder(
        id=order.id,
        name=order.name,
        action=_action(order.asked),
        trigger=_trigger(order.trigger),
        created_at=stamp(order.created_at),
        updated_at=stamp(order.updated_at),
        status=custom_orders.CustomOrderStatus(order.state, order.reason),
    )


def _action(asked: TradeAction) -> TradeActionInfo:
    return TradeActionInfo(
        type=asked.type,
        amount=AssetAmount(
            asset=asked.amount.asset, amount=exact(asked.amount.amount), asset_class=asked.amount.asset_class
        ),
        quote=CounterAssetInfo(asked.quote.asset),
        fee_bps=exact(asked.fee_bps),
        spread_bps=exact(asked.spread_bps),
    )


def _trigger(trigger: PriceTrigger) -> PriceTriggerInfo:
    return PriceTriggerInfo(
        type=trigger.type,
        base_asset=trigger.base_asset,
        quote_asset=trigger.quote_asset,
        target_price=exact(trigger.target_price),
        condition=trigger.condition,
    )


ENDPOINTS: Final = (
    endpoint(users.CreateEmbedUser, create_user),
    endpoint(users.GetEmbedUser, get_user),
    endpoint(users.UpdateEmbedUser, update_user),
    endpoint(verification.SubmitEmbedVerification, submit_verification),
    endpoint(quotes.RequestEmbedQuote, request_quote),
    endpoint(quotes.GetEmbedQuote, get_quote),
    endpoint(quotes.ExecuteEmbedQuote, execute_quote),
    endpoint(quotes.GetEmbedQuoteLimits, quote_limits),
    endpoint(quotes.RequestEmbedProspectiveQuote, prospective_quote),
    endpoint(custom_orders.CreateEmbedCustomOrder, create_order),
    endpoint(custom_orders.ListEmbedCustomOrders, list_orders),
    endpoint(custom_orders.GetEmbedCustomOrder, get_order),
    endpoint(custom_orders.CancelEmbedCustomOrder, cancel_order),
)
