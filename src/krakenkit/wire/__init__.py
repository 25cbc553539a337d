"""What travels: requests, channels and commands as classes, their answers, and the codecs between them and the wire."""
