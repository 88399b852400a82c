#!/usr/bin/env bash
# install_test.sh CMAKE BUILD_TREE SOURCE_TREE: installs into an empty folder, and verifies a model from there. Source and
# build tree are hidden meanwhile where the system allows a private mount; in any case nothing installed may know of them.
set -euo pipefail
cmake=$1
build=$2
source=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() { echo "$*" >&2; exit 1; }

"$cmake" --install "$build" --prefix "$folder/prefix" >"$folder/install.log" || fail "$(cat "$folder/install.log")"
cp -r "$source/models/jet_mlp_w8a8_po2__qonnx" "$folder/model"
[[ -x $folder/prefix/bin/tilewright ]] || fail "bin/tilewright is not installed"
for tree in "$source" "$build"; do
  if grep -rqF "$tree" "$folder/prefix"; then fail "$(grep -rlF "$tree" "$folder/prefix") knows $tree"; fi
done

# A new home and an empty cache: nothing that was built before is used.
mkdir "$folder/home" "$folder/work"
cat >"$folder/use.sh" <<'END'
set -euo pipefail
cd "$1/work"
"$1/prefix/bin/tilewright" targets --json | grep -q '"aie-mlv2"'
"$1/prefix/bin/tilewright" verify "$1/model/model.onnx" --data "$1/model/test_data_set_0" --target aie-ml -o project --json >verdict.json
grep -q '"status": *"pass"' verdict.json || { cat verdict.json; exit 1; }
grep -q '"emulator_mismatches": *0' verdict.json
# The emitted project, with the installed emulator.
make -s -C project HOST_FLAGS=-O0 ADF_INCLUDE="$1/prefix/include/tilewright/adf" hostsim check
END
hide='for tree in "${@:2}"; do mount -t tmpfs none "$tree"; done; exec bash "$1/use.sh" "$1"'
use=(bash "$folder/use.sh" "$folder")
if unshare --user --map-root-user --mount true 2>/dev/null; then
  use=(unshare --user --map-root-user --mount bash -ec "$hide" hide "$folder" "$source")
  [[ $build == "$source"/* ]] || use+=("$build")
  echo "source and build tree are hidden"
fi
env -i PATH="$PATH" HOME="$folder/home" TMPDIR="${TMPDIR:-/tmp}" "${use[@]}" || fail "the installation does not work"
