"""Recorded frames of Spot v2, level 3 among them, read as the client would have read them."""

from __future__ import annotations

from typing import ClassVar

from krakenkit.cli.decoding import shapes
from krakenkit.cli.decoding.findings import Finding, read_as
from krakenkit.cli.decoding.frames import Members, check_levels, row_name
from krakenkit.cli.decoding.methods import MethodRecording
from krakenkit.protocol.spot_v2 import SpotV2
from krakenkit.protocol.spot_v2_data import read_data
from krakenkit.wire.rewrite import on_the_wire
from krakenkit.wire.spot_v2.channels import CHANNELS
from krakenkit.wire.spot_v2.frames import HeartbeatFrame, decode_frame
from krakenkit.wire.spot_v2.trading import COMMANDS


class SpotV2Recording(MethodRecording):
    """The frames of one file of Spot v2."""

    family: ClassVar = shapes.SPOT_V2
    dialect: ClassVar = SpotV2(private=False)
    channels: ClassVar = CHANNELS
    commands: ClassVar = {command.method: command for command in COMMANDS}

    def data(self, frame: bytes, members: Members) -> Finding:
        batch = read_data(frame)
        # Decoded once more for the head of the frame, which the batch leaves behind.
        whole = decode_frame(frame)
        channel = str(whole.__struct_config__.tag)
        wire = {"channel": channel} | on_the_wire(whole)
        if batch is None:
            return read_as(HeartbeatFrame.__name__, {"channel": channel}, original=members, wire=wire)
        for index, row in enumerate(batch.rows):
            check_levels(frame, row, at=f"$.data[{index}]")
        head = {"channel": channel, "type": whole.type, "sequence": whole.sequence, "timestamp": whole.timestamp}
        name = row_name(CHANNELS[channel], batch.rows)
        value = {member: told for member, told in head.items() if told is not None} | {"data": list(batch.rows)}
        return read_as(name, value, original=members, wire=wire)
