"""Progress is drawn where somebody looks, and nowhere else."""

from servicedesk.render import progress


class Terminal:
    """A stream that says it is one."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


def test_a_terminal_sees_how_far_it_is() -> None:
    terminal = Terminal()
    with progress.progress_bar(terminal) as advance:  # type: ignore[arg-type]
        assert advance is not None
        advance(1, 2)
    assert "reading" in terminal.text


def test_nobody_is_bothered_when_quiet() -> None:
    with progress.progress_bar(Terminal(), quiet=True) as advance:  # type: ignore[arg-type]
        assert advance is None
