"""Read files of other programs as headings and records: text, workbooks, encodings."""
