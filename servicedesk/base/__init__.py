"""Tools that know nothing of an outlet: errors, messages, dates, text, phones, width, tables, statistics."""
