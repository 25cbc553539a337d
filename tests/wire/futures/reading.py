"""Helpers of the Futures wire tests: samples in, forms out."""

from __future__ import annotations

from typing import TypeVar

from krakenkit.wire.request import Request, fill_path, form_text, wire_params
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread

R = TypeVar("R")


def read(request: type[Request[R]], sample: str) -> R:
    """The sample as the request's answer, after making sure that nothing in it was lost on the way."""
    answer = request.reader()(sample.encode())
    rewritten = on_the_wire(answer)
    assert unread(exact_json(sample), rewritten) == []
    assert altered(exact_json(sample), rewritten) == []
    return answer


def filled(template: str, *parts: str, **named: str) -> str:
    """The template with each ``<>`` taken by the next part, and each ``<name>`` by the part of that name."""
    for part in parts:
        template = template.replace("<>", part, 1)
    for name, part in named.items():
        template = template.replace(f"<{name}>", part)
    return template


def form(request: Request[R]) -> str:
    """The parameters as they travel in a form or query, without those that fill the path."""
    params = wire_params(request)
    fill_path(request.route.path, params)
    return form_text(params, repeat=request.route.repeat)


def path(request: Request[R]) -> str:
    """The request's path with its braces filled."""
    return fill_path(request.route.path, wire_params(request))
