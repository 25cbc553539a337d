"""Numbers, moments, delays, nonces, redaction: values in, values out."""
