#!/usr/bin/env bash
# broken_kernels.sh CHECK_KERNELS WRITE_SWEEP: the type check fails when the body of a kernel template is broken, also in a
# branch that only some configurations instantiate, and its message names the kernel.
set -euo pipefail
check_kernels=$1
write_sweep=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$write_sweep" "$folder" small >/dev/null
verdict=$("$check_kernels" "$folder/aie-ml")
if [[ $verdict == *"skipped: absent"* ]]; then
  echo "$verdict"
  exit 0
fi

# expect_failure FILE FROM TO
expect_failure() {
  local file=$folder/aie-ml/src/kernels/$1
  cp "$file" "$folder/original"
  # FROM and TO are plain text.
  FROM=$2 TO=$3 awk '{
    at = index($0, ENVIRON["FROM"])
    if (at) { $0 = substr($0, 1, at - 1) ENVIRON["TO"] substr($0, at + length(ENVIRON["FROM"])); ++changes }
    print
  } END { exit changes == 0 }' "$folder/original" >"$file" || { echo "$1 does not contain: $2"; exit 1; }
  local status=0 messages
  messages=$("$check_kernels" "$folder/aie-ml" 2>&1) || status=$?
  [[ $status -eq 1 ]] || { echo "exit code $status after $2 became $3"; exit 1; }
  [[ $messages == *"$1"* ]] || { printf 'the messages do not name %s:\n%s\n' "$1" "$messages"; exit 1; }
  cp "$folder/original" "$file"
}

expect_failure dense.cpp 'sums11.mac(a1, b1)' 'sums11.mac(a1, a1)'
expect_failure dense.cpp 'out.data()' 'out.values()'
expect_failure requantize_step.h 'sum.from_vector(high, 30)' 'sum.from_vector(table, 30)'
expect_failure requantize.cpp 'aie::load_v<lanes>(from)' 'aie::load_v<lanes / 2>(from)'
"$check_kernels" "$folder/aie-ml" >/dev/null
echo "every broken kernel was noticed"
