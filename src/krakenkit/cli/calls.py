"""``krakenkit spot NAME`` and ``krakenkit futures NAME``: every endpoint of a client, made from its request class."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import click

from krakenkit.cli.field_docs import first_line, notes_on_fields, without_markup
from krakenkit.cli.options import URL_HELP, environment_at
from krakenkit.cli.render import say, show_json, show_value
from krakenkit.cli.shaping import Parameter, parameters_of, shaped
from krakenkit.clients.rest import BlockingClient
from krakenkit.errors import SettingsError
from krakenkit.wire.environment import Environment
from krakenkit.wire.registry import method_name, product_of, requests
from krakenkit.wire.request import Request
from krakenkit.wire.rewrite import named
from krakenkit.wire.route import Resend

_CLIENTS = {
    "spot": ("krakenkit.clients.spot", "SpotClient"),
    "futures": ("krakenkit.clients.derivatives", "DerivativesClient"),
}
_TAKEN = ("json", "yes", "output")
"""Options of our own; a parameter of such a name is called ``--json-value``."""


def command_name(kind: type[Request[Any]]) -> str:
    """The command of a request class: its method with dashes."""
    return method_name(kind).replace("_", "-")


def request_from(kind: type[Request[Any]], values: Sequence[str], options: Mapping[str, object]) -> Request[Any]:
    """The request that was typed: values by position first, the rest by name.

    Raises:
        SettingsError: for a value too many, one given twice, and what the class refuses.
    """
    places = positional(kind)
    if len(values) > len(places):
        takes = " ".join(places) or "none; give them as options"
        raise SettingsError(f"{command_name(kind)} was given {len(values)} values; it takes {takes}.")
    given: dict[str, object] = dict(zip(places, values, strict=False))
    for name, value in options.items():
        if value is None or value == ():
            continue
        if name in given:
            raise SettingsError(f"{name} is given twice, as a value and as an option.")
        given[name] = _several(value)
    return shaped(kind, given)


def positional(kind: type[Request[Any]]) -> list[str]:
    """The parameters that may be given by position, in order."""
    known = inspect.signature(kind).parameters.values()
    return [one.name for one in known if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]


def _several(value: object) -> object:
    """Values of an option that was given several times; given once, it may hold commas or JSON."""
    if not isinstance(value, tuple):
        return value
    texts = list(cast("tuple[str, ...]", value))
    return texts[0] if len(texts) == 1 else texts


def needs_consent(request: Request[Any]) -> bool:
    """Whether the call places an order or moves funds, and is not only validated."""
    return request.route.resend is Resend.NEVER and getattr(request, "validate", None) is not True


def client_for(product: str, environment: Environment, *, signed: bool) -> BlockingClient:
    """The client of a product, with the key from the environment variables where the call needs one.

    Raises:
        SettingsError: when it needs one and none is set.
    """
    module, name = _CLIENTS[product]
    client: type[BlockingClient] = getattr(importlib.import_module(module), name)
    return client.from_env(environment=environment) if signed else client(environment=environment)


def call(request: Request[Any], environment: Environment) -> Any:
    """Send one request and return its answer."""
    with client_for(product_of(type(request)), environment, signed=request.route.signed) as client:
        return client.send(request)


class ProductGroup(click.Group):
    """A group with one command for each endpoint of a product; a command is made when it is called."""

    def __init__(self, product: str, **settings: Any) -> None:
        super().__init__(**settings)
        self.product = product

    @cached_property
    def kinds(self) -> dict[str, type[Request[Any]]]:
        """The request classes by command."""
        return {command_name(kind): kind for kind in requests().values() if product_of(kind) == self.product}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.kinds)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        kind = self.kinds.get(cmd_name.replace("_", "-"))
        return None if kind is None else endpoint_command(kind)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, first_line(self.kinds[name])) for name in self.list_commands(ctx)])


def endpoint_command(kind: type[Request[Any]]) -> click.Command:
    """The command that calls this endpoint."""

    def run(
        values: tuple[str, ...],
        as_json: bool,
        url: str | None,
        yes: bool = False,
        output: str | None = None,
        **given: Any,
    ) -> None:
        request = request_from(kind, values, given)
        if needs_consent(request) and not yes:
            raise click.UsageError(f"{command_name(kind)} {_what_it_does(kind)}")
        answer = call(request, environment_at(url))
        if output is not None:
            Path(output).write_bytes(answer)
            say(f"{len(answer)} bytes written to {output}")
            return
        (show_json if as_json else show_value)(named(answer))

    route = kind.route
    places = [name.upper() for name in positional(kind)]
    return click.Command(
        command_name(kind),
        callback=run,
        help=f"{without_markup(inspect.getdoc(kind) or '')}\n\n{route.label}",
        epilog=f"The key must be allowed: {route.permission}." if route.permission else None,
        params=[
            click.Argument(["values"], nargs=-1, metavar=" ".join(f"[{place}]" for place in places)),
            *_options(kind),
        ],
    )


def _what_it_does(kind: type[Request[Any]]) -> str:
    check = " or --validate to have it checked only" if "validate" in parameters_of(kind) else ""
    return f"places an order, moves funds or changes the account for good: add --yes to send it{check}."


def _options(kind: type[Request[Any]]) -> list[click.Parameter]:
    notes = notes_on_fields(kind)
    options: list[click.Parameter] = [_option(one, notes.get(one.name)) for one in parameters_of(kind).values()]
    if kind.route.resend is Resend.NEVER:
        options.append(click.Option(["--yes", "yes"], is_flag=True, help="Send it."))
    options += [
        click.Option(["--json", "as_json"], is_flag=True, help="Print JSON."),
        click.Option(["--sandbox-url", "--environment-url", "url"], metavar="URL", help=URL_HELP),
    ]
    if kind.answer_type() is bytes:
        options.append(click.Option(["--output", "output"], required=True, help="The file to write the answer to."))
    return options


def _option(one: Parameter, note: str | None) -> click.Option:
    """The option of a parameter, with dashes or underscores."""
    plain = one.name.strip("_")
    dashed = f"{plain}-value" if plain in _TAKEN else plain.replace("_", "-")
    spellings = [f"--{dashed}"] if plain in (dashed, *_TAKEN) else [f"--{dashed}", f"--{plain}"]
    if one.flag:
        switches = [f"{spelling}/--no-{spelling.removeprefix('--')}" for spelling in spellings]
        return click.Option([*switches, one.name], default=None, help=note)
    metavar = "JSON" if one.nested else "TEXT"
    return click.Option([*spellings, one.name], multiple=one.several, metavar=metavar, help=note)


spot_command = ProductGroup(
    "spot",
    name="spot",
    short_help="Call any endpoint of the Spot REST API.",
    help="""Call any endpoint of the Spot REST API; the names are those of the client's methods.

    Parameters are given by position or as options. Private calls take the key from KRAKEN_API_KEY and
    KRAKEN_API_SECRET. Calls that place orders or move funds ask for --yes.
    """,
)

futures_command = ProductGroup(
    "futures",
    name="futures",
    short_help="Call any endpoint of the Futures REST API.",
    help="""Call any endpoint of the Futures REST API; the names are those of the client's methods.

    Parameters are given by position or as options. Private calls take the key from KRAKEN_FUTURES_API_KEY and
    KRAKEN_FUTURES_API_SECRET. Calls that place orders or move funds ask for --yes.
    """,
)
