# tilewright_stage(TARGET FROM folder TO folder PATTERNS pattern...)
#
# Keeps a copy of the files below FROM in the build tree at TO, where an installation has them too: to the executable,
# build tree and install tree look alike. TARGET brings the copy up to date.
function(tilewright_stage target)
  cmake_parse_arguments(PARSE_ARGV 1 stage "" "FROM;TO" "PATTERNS")
  list(TRANSFORM stage_PATTERNS PREPEND ${stage_FROM}/ OUTPUT_VARIABLE globs)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${stage_FROM} ${globs})
  set(copies "")
  foreach(file IN LISTS files)
    set(copy ${PROJECT_BINARY_DIR}/${stage_TO}/${file})
    add_custom_command(OUTPUT ${copy} DEPENDS ${stage_FROM}/${file}
      COMMAND ${CMAKE_COMMAND} -E copy ${stage_FROM}/${file} ${copy} COMMENT "" VERBATIM)
    list(APPEND copies ${copy})
  endforeach()
  add_custom_target(${target} DEPENDS ${copies})
  # A file that is gone from the sources must not live on in the copy.
  file(GLOB_RECURSE stale RELATIVE ${PROJECT_BINARY_DIR}/${stage_TO} ${PROJECT_BINARY_DIR}/${stage_TO}/*)
  if(files)
    list(REMOVE_ITEM stale ${files})
  endif()
  foreach(file IN LISTS stale)
    file(REMOVE ${PROJECT_BINARY_DIR}/${stage_TO}/${file})
  endforeach()
endfunction()
