# tilewright_generate_registrar(TARGET FUNCTION REGISTRY SUFFIX HEADER SOURCES...)
#
# Each source <stem>.cpp exports `void register_<stem><SUFFIX>(REGISTRY&)` in namespace tilewright. This writes the one
# function FUNCTION that calls them all, in the order of the stems, and adds it and the sources to TARGET. There is no
# list to edit: a new file is found when the build is configured, which a new file triggers.
function(tilewright_generate_registrar target function registry suffix header)
  set(declarations "")
  set(calls "")
  set(sources ${ARGN})
  list(SORT sources)
  foreach(source IN LISTS sources)
    get_filename_component(stem ${source} NAME_WE)
    string(APPEND declarations "void register_${stem}${suffix}(${registry}& registry);\n")
    string(APPEND calls "  register_${stem}${suffix}(registry);\n")
  endforeach()
  set(file ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  file(CONFIGURE OUTPUT ${file} @ONLY CONTENT
"// Generated from the list of files. Do not edit.
#include \"${header}\"

namespace tilewright {

${declarations}
void ${function}(${registry}& registry) {
${calls}}

} // namespace tilewright
")
  target_sources(${target} PRIVATE ${sources} ${file})
endfunction()
