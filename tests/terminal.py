"""Somebody at a terminal: a command behind a pseudo-terminal, which is answered as it asks."""

import codecs
import os
import pty
import re
import select
import sys
import termios
import time
from pathlib import Path

from servicedesk.cli.main import app
from tests.conftest import NOW, Desk

INTERRUPT, END = "\x03", "\x04"  # ^C and ^D
_PATIENCE = 300  # seconds
_QUIET = 0.02  # seconds without output behind a colon or a question mark: somebody is asked
_ASKED = (": ", "? ", "：", "？ ")


class Screen:
    """What is shown on our end of a pseudo-terminal."""

    def __init__(self, terminal: int) -> None:
        self.terminal = terminal
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def until_asked(self, end: str | None = None) -> tuple[str, bool]:
        """Return what is shown until a question stands there, and whether one does: else it is the end of the program,
        or the text `end` is there.
        """
        shown, begun = "", time.monotonic()
        while time.monotonic() - begun < _PATIENCE:
            part = self.read(_QUIET if shown.endswith(_ASKED) else 1)
            if part is None or (end and end in shown + part):
                return (shown + (part or "")).replace("\r\n", "\n"), False
            if not part and shown.endswith(_ASKED):
                return shown.replace("\r\n", "\n"), True
            shown += part
        raise AssertionError(f"nothing happens after: {shown}")

    def read(self, seconds: float) -> str | None:
        """Return what is shown within that time; None at the end."""
        while select.select([self.terminal], [], [], seconds)[0]:
            try:
                shown = os.read(self.terminal, 65536)
            except OSError:  # nobody holds the other end any more
                return None
            if not shown:
                return None
            if text := self._decoder.decode(shown):  # else it is a part of a character
                return text
        return ""

    def press(self, keys: str) -> str:
        """Press the keys. Return what is shown at once.

        A ^C between the question and the moment the process waits for its answer is noticed only with the next key,
        though the terminal shows it: whoever sees no new line presses it again.
        """
        os.write(self.terminal, keys.encode())
        shown = ""
        while keys == INTERRUPT and "\n" not in shown:
            part = self.read(3)
            if part is None:
                break
            if not part:
                os.write(self.terminal, keys.encode())
            shown += part
        return re.sub(r"(\^C)+", "^C", shown.replace("\r\n", "\n"))


def _erase_whole_characters(terminal: int) -> None:
    """Set IUTF8, as every terminal program does: backspace takes a character back, not a byte."""
    settings = termios.tcgetattr(terminal)
    settings[0] |= 0o40000
    termios.tcsetattr(terminal, termios.TCSANOW, settings)


class Person:
    """Somebody at a terminal of 80 columns, who answers each question when it has been asked."""

    def __init__(self, desk: Desk, **env: str) -> None:
        self.desk = desk
        self.env = {"TERM": "dumb", "COLUMNS": "80", "LANG": "C.UTF-8"} | env

    def types(self, *words: str, answers: tuple[str, ...] = (), out: Path | None = None) -> tuple[int, str]:
        """Return the exit code, and what the terminal showed with what was typed there.

        Whoever has no more answers presses ^D. The answer of the command goes to `out` if it is given.
        """
        process, terminal = pty.fork()  # a fork of the tests need not import anything
        if process == 0:
            self._run(words, out)
        _erase_whole_characters(terminal)
        screen, left = Screen(terminal), list(answers)
        text, is_asked = screen.until_asked()
        while is_asked:
            answer = left.pop(0) if left else END
            text += screen.press(answer if answer in {INTERRUPT, END} else f"{answer}\r")
            more, is_asked = screen.until_asked()
            text += more
        os.close(terminal)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        assert "Traceback" not in text, text
        assert not left, f"nobody asked for {left} in: {text}"
        return code, text

    def _run(self, words: tuple[str, ...], out: Path | None) -> None:
        """Run the command in this process, which ends with it."""
        os.environ.update(self.env)
        if out:
            os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT, 0o600), 1)
        sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, mode, encoding="utf-8") for n, mode in enumerate("rww"))
        code: object = 1
        try:
            app(["--db", str(self.desk.path), "--actor", "clerk", "--now", NOW, *words], prog_name="servicedesk")
        except SystemExit as ended:
            code = ended.code or 0
        finally:
            sys.stdout.flush()
            os._exit(code if isinstance(code, int) else 1)
