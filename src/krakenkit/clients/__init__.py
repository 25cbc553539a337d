"""What users hold: REST clients on both faces, streams, trading over sockets, live books."""
