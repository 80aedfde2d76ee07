#!/bin/sh
# Build or mend .venv, the project's own Python environment.
#
#     sh scripts/environment.sh learner    what the labs need (requirements.txt)
#     sh scripts/environment.sh dev        that, and the maintainers' tools (requirements-dev.txt)
#
# The variable PYTHON names the interpreter to build with; without it, the first suitable one on the
# PATH is taken. While the work goes on, .venv holds a file `unfinished`; the last step renames it to
# `installed`. So an interrupted install is seen by the next run, which starts again from nothing.

set -u
cd "$(dirname "$0")/.." || exit 1
unset PYTHONHOME PYTHONPATH # another environment's packages would look installed here

kind=${1:-learner}
asked=${PYTHON:-}
venv_python=.venv/bin/python

say() { printf '%s\n' "$*"; }

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# --- which Python -----------------------------------------------------------------------------

supported() { case $1 in 3.11 | 3.12 | 3.13) ;; *) return 1 ;; esac; }

version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

# Set `python` to the first interpreter that will do, or stop and say why none does.
choose_python() {
    if [ -n "$asked" ]; then
        set -- "$asked"
    else
        set -- python3 python3.13 python3.12 python3.11 python
    fi
    wrong='' without_venv=''
    for python; do
        version=$(version_of "$python") || continue
        if ! supported "$version"; then
            wrong=${wrong:-$python is Python $version}
            continue
        fi
        "$python" -c 'import venv, ensurepip' 2>/dev/null && return
        without_venv=${without_venv:-$version}
    done
    if [ -n "$without_venv" ]; then
        fail "Python $without_venv is here, but not its venv module. Install it:

    $(command_for_venv "$without_venv")"
    elif [ -n "$wrong" ]; then
        fail "This course needs Python 3.11, 3.12 or 3.13, and $wrong. Install one that fits:

    $(command_for_python)"
    fi
    found=${asked:+$asked does not run here}
    fail "This course needs Python 3.11, 3.12 or 3.13, and ${found:-none was found}. Install one:

    $(command_for_python)"
}

# TensorFlow is published for these machines alone; elsewhere pip would end in a riddle.
check_machine() {
    machine=$("$python" -c 'import platform, sys
libc = platform.libc_ver()[0] if sys.platform == "linux" else ""
print(" ".join([sys.platform, platform.machine(), libc]).strip())')
    case $machine in
    "linux x86_64 glibc" | "linux aarch64 glibc" | "darwin arm64") ;;
    *) fail "There is no TensorFlow for this Python ($machine). README.md says what to do." ;;
    esac
}

# --- how one installs Python on this machine -----------------------------------------------------

sudo=''
[ "$(id -u)" = 0 ] || sudo='sudo '

has() { command -v "$1" >/dev/null 2>&1; }

command_for_python() {
    if has apt-get; then
        if ! apt-cache show python3-venv >/dev/null 2>&1; then # a fresh container knows no packages
            say "${sudo}apt-get update && ${sudo}apt-get install python3-venv"
            return
        fi
        for version in 3.13 3.12 3.11; do
            if apt-cache show "python$version-venv" >/dev/null 2>&1; then
                say "${sudo}apt-get install python$version-venv && make PYTHON=python$version lab"
                return
            fi
        done
    fi
    if has dnf; then
        say "${sudo}dnf install python3.12 && make PYTHON=python3.12 lab"
    elif has brew; then
        say "brew install python@3.12 && make PYTHON=python3.12 lab"
    else
        say "curl -LsSf https://astral.sh/uv/install.sh | sh" \
            "&& ~/.local/bin/uv python install 3.12 && make PYTHON=\$HOME/.local/bin/python3.12 lab"
    fi
}

command_for_venv() {
    if has apt-get; then
        say "${sudo}apt-get update && ${sudo}apt-get install python$1-venv"
    else
        command_for_python
    fi
}

# --- install --------------------------------------------------------------------------------------

# What an install depends on: both locks, and what of the project itself is copied into .venv.
fingerprint() { cat requirements.txt requirements-dev.txt pyproject.toml workshop/etc/* | cksum; }

# What is already installed: `learner`, `dev` or nothing that can be relied upon.
installed_kind() {
    [ -f .venv/installed ] && "$venv_python" -c '' 2>/dev/null || return
    [ "$(sed -n 2p .venv/installed)" = "$(pwd)" ] || return # it was moved: its scripts point astray
    [ -z "$asked" ] || [ "$(version_of "$asked")" = "$(version_of "$venv_python")" ] || return
    sed -n 1p .venv/installed
}

new_environment() {
    if [ -e .venv ] && ! [ -f .venv/installed ] && ! [ -f .venv/unfinished ]; then
        # Somebody made it by hand: use it as it is, or leave it alone.
        supported "$(version_of $venv_python)" && "$venv_python" -m pip --version >/dev/null && return
        fail "The folder .venv is here, and nothing can be installed in it. Remove it: make clean"
    fi
    choose_python
    check_machine
    say "Building .venv with $python ($("$python" --version 2>&1))."
    rm -rf .venv && mkdir .venv && : >.venv/unfinished && "$python" -m venv .venv ||
        fail "The environment could not be made; the lines above say why."
}

# pip's several hundred lines, told in two; its errors pass by on stderr.
tell() {
    count=0
    while IFS= read -r line; do
        case $line in
        Collecting* | Processing*) # the second where the wheel lies in a folder
            count=$((count + 1))
            name=${line#* } && name=${name##*/}
            [ -t 1 ] && printf '\r  %d packages fetched, now %-40s' "$count" "${name%%[=-]*}"
            ;;
        "Installing collected packages"*)
            [ -t 1 ] && printf '\r'
            printf '  %d packages fetched, now unpacking them (half of the time)%-9s\n' "$count" ""
            ;;
        "pip is done") return 0 ;;
        esac
    done
    return 1
}

install() {
    lock=requirements.txt
    [ "$kind" = dev ] && lock=requirements-dev.txt
    : >.venv/unfinished
    rm -f .venv/installed
    say "Installing what $lock names. The first time takes one to three minutes."
    export PIP_DISABLE_PIP_VERSION_CHECK=1
    {
        "$venv_python" -m pip install --require-hashes -r "$lock" &&
            "$venv_python" -m pip install --quiet --no-deps --editable . &&
            say "pip is done"
    } | tell || fail "The install did not finish; the lines above say why. Run the same command again to mend it."
    printf '%s\n' "$kind" "$(pwd)" "$(fingerprint)" >.venv/unfinished
    mv .venv/unfinished .venv/installed
}

here=$(installed_kind)
[ "$here" = dev ] && kind=dev # it holds all that a learner needs; never take tools away
[ "$here" = "$kind" ] && [ "$(sed -n 3p .venv/installed)" = "$(fingerprint)" ] && exit 0
[ -n "$here" ] || new_environment
install
