"""General tools without any rule of an outlet: errors, messages, dates, text, phones, width, tables."""
