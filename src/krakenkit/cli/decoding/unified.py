"""Recorded frames of the Unified WebSocket, read as the client would have read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from krakenkit.cli.decoding import shapes
from krakenkit.cli.decoding.findings import Finding, read_as
from krakenkit.cli.decoding.frames import Members, check_levels, row_name
from krakenkit.cli.decoding.methods import MethodRecording
from krakenkit.protocol.unified import Unified
from krakenkit.protocol.unified_data import read_data
from krakenkit.wire.rewrite import on_the_wire
from krakenkit.wire.unified.channels import CHANNELS
from krakenkit.wire.unified.frames import Acknowledgement, ChannelFrame, read_frame
from krakenkit.wire.unified.trading import COMMANDS


class UnifiedRecording(MethodRecording):
    """The frames of one file of the Unified WebSocket."""

    family: ClassVar = shapes.UNIFIED
    dialect: ClassVar = Unified(private=False)
    channels: ClassVar = CHANNELS
    commands: ClassVar = {command.method: command for command in COMMANDS}
    acknowledgement: ClassVar = Acknowledgement

    def data(self, frame: bytes, members: Members) -> Finding:
        batch = read_data(frame)
        # Decoded once more for the head of the frame, which the batch leaves behind.
        head = _head(read_frame(frame))
        if batch is None:
            return read_as("Heartbeat", head, original=members, wire=head)
        for index, row in enumerate(batch.rows):
            check_levels(frame, row, at=f"$.data[{index}]")
        name = row_name(CHANNELS[batch.channel], batch.rows)
        wire = head | {"data": _data(members.get("data"), batch.rows)}
        return read_as(name, head | {"data": list(batch.rows)}, original=members, wire=wire)


def _head(frame: ChannelFrame) -> dict[str, Any]:
    head = {"channel": frame.channel, "type": frame.type, "sequence": frame.sequence, "timestamp": frame.timestamp}
    return {member: told for member, told in head.items() if told not in (None, "")}


def _data(original: Any, rows: Sequence[Any]) -> Any:
    """The rows as this message wrote them: a list, or one object."""
    written = [on_the_wire(row) for row in rows]
    return written if isinstance(original, list) or not written else written[0]
