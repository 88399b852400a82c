# Writes the manual page FILE from what PROGRAM says with --help. Run with cmake -P.

# The text as it is, between .nf and .fi: backslashes, dashes, and what would be a command at the beginning of a line.
function(verbatim text result)
  string(REPLACE "\\" "\\e" text "${text}")
  string(REPLACE "-" "\\-" text "${text}")
  string(REGEX REPLACE "(^|\n)([.'])" "\\1\\\\&\\2" text "${text}")
  set(${result} ".nf\n${text}\n.fi\n" PARENT_SCOPE)
endfunction()

function(help result)
  execute_process(COMMAND ${PROGRAM} ${ARGN} --help OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  string(STRIP "${text}" text)
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

help(overview)
string(REGEX REPLACE ".*\nSubcommands:\n" "" verbs "${overview}")
string(REGEX MATCHALL "(^|\n)  [a-z]+ " verbs "${verbs}")
list(TRANSFORM verbs STRIP)

verbatim("${overview}" overview)
set(page ".TH TILEWRIGHT 1 \"\" \"tilewright ${VERSION}\" \"User commands\"
.SH NAME
tilewright \\- compile quantized neural networks into AMD AI Engine projects
.SH SYNOPSIS
.B tilewright
.I VERB
.RI [ OPTIONS ]
.SH DESCRIPTION
${overview}")
foreach(verb IN LISTS verbs)
  if(verb STREQUAL "tilewright")
    continue() # of the examples below the list
  endif()
  help(text ${verb})
  verbatim("${text}" text)
  string(APPEND page ".SH TILEWRIGHT ${verb}\n${text}")
endforeach()
string(APPEND page ".SH ENVIRONMENT
.TP
.B TILEWRIGHT_PLUGINS
Folders, separated by colons, in which plugins are looked for before those of the installation.
.TP
.B CXX
The compiler that builds emitted projects for this machine; g++ without it.
")
file(WRITE ${FILE} "${page}")
