"""Search customers by any part of a name, its pinyin, an address, a phone or a serial."""
