#!/bin/sh
# usage: mmul_rejects.sh COMPILER INCLUDE
# Instantiates aie::mmul for every pair of operand types and every M, K, N of 1 to 32, one a line, in one run of the
# compiler, and compares the lines that it rejects with those that are not in the table of mmul_test.cpp.
compiler=$1
include=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# The table of a generation: "int8 int4 4x16x8 ...", complex operands below.
table() {
  awk -v second="$1" '/reference_table\[\]/ { inside = (second == (seen++ > 0)) } inside { print } /};/ { inside = 0 }' "$here/mmul_test.cpp" |
    grep -oE '"[^"]*"' | tr -d '"' | sed 's/bf16/bfloat16/g'
}
complex_20='cint16 cint16 1x4x8 2x4x8
cint32 cint16 1x2x4 1x2x8 2x2x8 1x4x8 2x4x8
cint32 cint32 1x2x8
cint16 int16 2x4x8 4x4x4
cint16 int32 2x4x8 4x4x4
cint32 int16 4x2x4 4x4x4
cint32 int32 4x2x4
cbfloat16 cbfloat16 2x8x2
bfloat16 cbfloat16 2x8x2
cbfloat16 bfloat16 2x8x2
cfloat cfloat 2x8x2
float cfloat 2x8x2
cfloat float 2x8x2'
complex_22='cint16 cint16 1x4x8 2x2x16
cint32 cint16 1x2x4 1x2x8 1x2x16
cint32 cint32 1x2x8
cint16 int16 4x4x8 2x4x8
cbfloat16 cbfloat16 2x8x4
bfloat16 cbfloat16 2x8x4
cbfloat16 bfloat16 2x8x4
cfloat cfloat 2x8x4
float cfloat 2x8x4
cfloat float 2x8x4'

for arch in 20 22; do
  eval "complex=\$complex_$arch"
  { table $((arch == 22)); echo "$complex"; } | awk '{ for (i = 3; i <= NF; ++i) print $1, $2, $i }' | sort > "$work/legal"
  awk -v legal="$work/legal" '
    BEGIN {
      while ((getline line < legal) > 0) is_legal[line] = 1
      types = split("int4 int8 int16 int32 bfloat16 float cint16 cint32 float16 float8 bfloat8 cbfloat16 cfloat", name, " ")
      print "#include <aie_api/aie.hpp>"
      for (a = 1; a <= types; ++a) for (b = 1; b <= types; ++b)
        for (m = 1; m <= 32; m *= 2) for (k = 1; k <= 32; k *= 2) for (n = 1; n <= 32; n *= 2) {
          shape = name[a] " " name[b] " " m "x" k "x" n
          # A small probe: the assertions of the class alone, not its members.
          print "static_assert(aie::detail::is_mmul<" m ", " k ", " n ", " name[a] ", " name[b] ">() == " (shape in is_legal ? "true" : "false") ", \"" shape "\");"
        }
    }' > "$work/probe.cpp"
  if ! output=$("$compiler" -std=c++20 -fsyntax-only -D__AIE_ARCH__=$arch -I"$include" "$work/probe.cpp" 2>&1); then
    echo "FAILED on arch $arch:"
    printf '%s\n' "$output" | grep error | head -10
    failures=1
  fi
  # The same for real: each illegal shape near a legal one is instantiated, and its line must be an error.
  awk -v legal="$work/legal" '
    BEGIN {
      while ((getline line < legal) > 0) { is_legal[line] = 1; split(line, f, " "); pair[f[1] " " f[2]] = 1 }
      print "#include <aie_api/aie.hpp>"
      for (p in pair) { split(p, t, " ")
        for (m = 1; m <= 16; m *= 2) for (k = 1; k <= 16; k *= 2) for (n = 1; n <= 16; n *= 2) {
          shape = p " " m "x" k "x" n
          if (!(shape in is_legal)) print "template class aie::mmul<" m ", " k ", " n ", " t[1] ", " t[2] ">; // " shape
        } }
    }' > "$work/illegal.cpp"
  "$compiler" -std=c++20 -fsyntax-only -w -D__AIE_ARCH__=$arch -I"$include" "$work/illegal.cpp" > "$work/errors" 2>&1
  total=$(($(wc -l < "$work/illegal.cpp") - 1))
  rejected=$(grep -oE "illegal.cpp:[0-9]+" "$work/errors" | grep -v ':1$' | sort -u | wc -l)
  if [ "$total" -ne "$rejected" ]; then
    echo "FAILED on arch $arch: $rejected of $total illegal shapes are rejected"
    failures=1
  else
    echo "arch $arch: $(wc -l < "$work/legal") legal shapes, $total illegal ones instantiated and rejected"
  fi
done
exit $failures
