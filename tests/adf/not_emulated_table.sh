#!/bin/sh
# usage: not_emulated_table.sh HEADERS DOC [--write]
# Compares the table of what is not emulated in DOC with what the headers refuse, or writes it.
headers=$1
doc=$2
table=$(
  echo '| refused | message |'
  echo '|---|---|'
  grep -rhoE '"[^"]* (is|are) not (emulated|supported)[^"]*"' "$headers" | tr -d '"' | sort -u |
    sed -E 's/^((aie|adf)::[a-z0-9_]+)(.*)$/| `\1` | \1\3 |/; t; s/^([^ :]+):? (.*)$/| `\1` | \1 \2 |/'
)
current=$(sed -n '/<!-- not emulated -->/,/<!-- end -->/p' "$doc" | sed '1d;$d')
if [ "$3" = --write ]; then
  TABLE=$table perl -0pi -e 's/(<!-- not emulated -->\n).*?(<!-- end -->)/$1$ENV{TABLE}\n$2/s' "$doc"
elif [ "$table" != "$current" ]; then
  echo "$doc: the table of what is not emulated is not what the headers say; run this with --write"
  printf '%s\n' "$table"
  exit 1
fi
