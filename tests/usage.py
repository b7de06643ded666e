"""What `--help` says of the programs beside the tests: their docstring and their arguments."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter


def usage(program: str, doc: str | None) -> ArgumentParser:
    """Return the parser of `python -m PROGRAM`; its help is the docstring of the module."""
    return ArgumentParser(f"python -m {program}", description=doc, formatter_class=RawDescriptionHelpFormatter)
