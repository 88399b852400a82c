# Completion of tilewright's verbs, options and files in bash. What there is to complete is asked from --help.

_tilewright() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} program=${COMP_WORDS[0]}
  local verbs
  verbs=$("$program" --help 2>/dev/null | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "$verbs --help --version" -- "$word")
    return
  fi
  case $previous in
    --target)
      mapfile -t COMPREPLY < <(compgen -W "$("$program" targets 2>/dev/null | awk -F'|' 'NR > 2 { print $2 }')" -- "$word")
      return
      ;;
    --device)
      mapfile -t COMPREPLY < <(compgen -W "$("$program" targets 2>/dev/null | awk -F'|' 'NR > 2 { print $3 }')" -- "$word")
      return
      ;;
  esac
  if [[ $word == -* ]]; then
    local options
    options=$("$program" "${COMP_WORDS[1]}" --help 2>/dev/null | grep -oE '^ +-[-a-z,]+' | tr ', ' '\n\n')
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    return
  fi
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -F _tilewright tilewright
