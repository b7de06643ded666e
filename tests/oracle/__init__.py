"""The KPIs once more, in plain Python over the raw rows: no code and no SQL shared with servicedesk.

Written from what `kpi explain` says alone, one ticket at a time, so that it can be read beside
them. Slow and obvious on purpose. Where these leave room, the module that decides says what was decided.
"""
