# Read by ./run and ./test, which stand in the root of the checkout: makes .venv from hashed lock files.
#
#   make_environment run|test
#
# .venv/installed-NAME holds the locks that were installed last, and where; while they are unchanged nothing
# is done and no network is needed. .venv/installing holds the process that installs; when that process is
# gone, the installation was cut off and starts anew.

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# The place and every file that decides what is installed. test.txt contains run.txt.
wanted() {
    pwd
    cat "requirements/$1.txt" requirements/node.txt package-lock.json src/amur/portal/frontend.py
}

is_usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in python3 python3.13 python3.12 python3.11 python; do
        if command -v "$name" >/dev/null && is_usable "$name"; then
            command -v "$name"
            return
        fi
    done
    for name in python3 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            fail "$(command -v "$name") lacks the module venv." "Install it with: apt-get install python3-venv"
        fi
    done
    fail "Python 3.11 or newer is needed; found: $(python3 --version 2>&1 || echo none)." \
        "Install it with: apt-get install python3 python3-venv  (or: dnf install python3.12, brew install python)"
}

pip_install() {
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input "$@" ||
        fail "Packages could not be installed (see above). Is the network there? Then start again."
}

make_environment() {
    if [ ! -e .venv/installing ] && [ "$(wanted "$1")" = "$(cat ".venv/installed-$1" 2>/dev/null)" ]; then
        return
    fi
    if [ -e .venv/installing ] && kill -0 "$(cat .venv/installing)" 2>/dev/null; then
        fail "Process $(cat .venv/installing) is installing here already. Wait until it is done, then start again."
    fi
    if [ -e .venv/installing ] || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
        rm -rf .venv
        python=$(find_python) || exit 1
        mkdir .venv || fail "$PWD cannot be written: unpack the program in a folder of your own."
        echo $$ >.venv/installing
        "$python" -m venv .venv || fail "$python -m venv failed (see above)."
    fi
    echo $$ >.venv/installing || fail "$PWD/.venv cannot be written: whose is it? Remove it or start as its owner."
    echo "Installing packages into $PWD/.venv (later starts need no network) ..." >&2
    pip_install --require-hashes -r "requirements/$1.txt"
    pip_install --no-deps --no-build-isolation --editable .
    if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
        pip_install --require-hashes -r requirements/node.txt
    fi
    .venv/bin/python -m amur.portal.frontend >&2 || exit 1
    [ "$1" = run ] || wanted run >.venv/installed-run
    wanted "$1" >".venv/installed-$1"
    rm .venv/installing
}
