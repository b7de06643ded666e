"""Search by any part of a name, an address or a phone."""
