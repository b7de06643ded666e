"""Wild input: any text in any place of any command, any bytes in any file; `python -m tests.wild` takes longer."""
