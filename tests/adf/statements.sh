#!/bin/sh
# usage: statements.sh TABLE EXECUTABLE...
# Every test that the table names exists: in one of the executables, or as a script beside the table.
table=$1
shift
tests=$(for executable in "$@"; do
  "$executable" --gtest_list_tests | awk '/^[^ ]/ { sub(/ .*/, ""); suite = $0; next } { print suite $1 }'
done)
missing=0
total=0
for name in $(grep -v '^#' "$table" | cut -f3); do
  total=$((total + 1))
  if ! printf '%s\n' "$tests" | grep -qxF "$name" && [ ! -x "$(dirname "$table")/$name.sh" ]; then
    echo "FAILED: no test $name"
    missing=$((missing + 1))
  fi
done
[ "$missing" -eq 0 ] && echo "$(grep -vc '^#' "$table") statements, $total tests named"
exit "$missing"
