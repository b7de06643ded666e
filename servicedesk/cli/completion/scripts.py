"""The shells' completion scripts, and the command that prints them."""

from enum import StrEnum
from typing import Annotated

import typer

from servicedesk.base.table import columns, record
from servicedesk.cli.run.session import Session

app = typer.Typer()


class Shell(StrEnum):
    """The shells with a completion script."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


# The descriptions are only listed, never inserted (COMP_TYPE 37 and 42: bash inserts the offers in turn).
_BASH = r"""# servicedesk at the TAB key, in bash:  eval "$(servicedesk completion bash)"
_servicedesk() {
    local answer code value about
    answer=$(COMP_LINE=${COMP_LINE:0:COMP_POINT} _SERVICEDESK_COMPLETE=bash "${1/#\~/$HOME}" 2>/dev/null)
    code=$?
    COMPREPLY=()
    if [ "$code" = 9 ]; then
        compopt -o default -o bashdefault 2>/dev/null
        return
    fi
    compopt -o nosort 2>/dev/null
    while IFS=$'\t' read -r value about; do
        [ -n "$value" ] || continue
        if [ -n "$about" ] && [ "$COMP_TYPE" != 37 ] && [ "$COMP_TYPE" != 42 ]; then
            value="$value  ($about)"
        fi
        COMPREPLY+=("$value")
    done <<<"$answer"
}
complete -F _servicedesk servicedesk
"""

_ZSH = r"""#compdef servicedesk
# servicedesk at the TAB key, in zsh:  eval "$(servicedesk completion zsh)"
_servicedesk() {
    local answer code value about current
    local -a values told
    current=${words[CURRENT]}
    current=${current%$SUFFIX}
    current="${(j: :)words[1,CURRENT-1]} $current"
    answer=$(COMP_LINE=$current _SERVICEDESK_COMPLETE=zsh ${words[1]/#\~/$HOME} 2>/dev/null)
    code=$?
    if (( code == 9 )); then
        _files
        return
    fi
    while IFS=$'\t' read -r value about; do
        [[ -n $value ]] || continue
        values+=("$value")
        told+=("$value${about:+  $about}")
    done <<<"$answer"
    if [[ "$values" == "$told" ]]; then
        compadd -V servicedesk -a values
    else
        compadd -V servicedesk -l -d told -a values
    fi
}
if [[ $funcstack[1] == _servicedesk ]]; then
    _servicedesk "$@"
else
    compdef _servicedesk servicedesk
fi
"""

_FISH = r"""# servicedesk at the TAB key, in fish:  servicedesk completion fish | source
function __servicedesk
    set -l words (commandline -opc)
    set -l answer (env COMP_LINE=(commandline -pc | string collect) _SERVICEDESK_COMPLETE=fish $words[1] 2>/dev/null)
    if test $status -eq 9
        __fish_complete_path (commandline -tc)
        return
    end
    test (count $answer) -gt 0; and printf '%s\n' $answer
end
complete -c servicedesk -e
complete -c servicedesk -f -k -a '(__servicedesk)'
"""

SCRIPTS = {Shell.BASH: _BASH, Shell.ZSH: _ZSH, Shell.FISH: _FISH}


@app.command("completion")
def completion(
    ctx: typer.Context,
    shell: Annotated[Shell, typer.Argument(help="Which shell.")],
) -> None:
    """Print the script that completes words, ids, names and codes at the TAB key.

    Example: servicedesk completion bash
    """
    session: Session = ctx.obj
    session.show(record(columns("script:page"), [SCRIPTS[shell].removesuffix("\n")]))
