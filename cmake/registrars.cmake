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

# tilewright_embed_kernels(TARGET FUNCTION FILES...)
#
# Writes the function `void FUNCTION(KernelSourceRegistry&)` in namespace tilewright, which adds each file as text, and adds
# it to TARGET. Plugins use it, too: cmake/package/tilewright-plugin.cmake.
function(tilewright_embed_kernels target function)
  set(text "")
  foreach(kernel IN LISTS ARGN)
    get_filename_component(name ${kernel} NAME)
    cmake_path(RELATIVE_PATH kernel BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE origin)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${kernel})
    file(READ ${kernel} content)
    string(APPEND text "  registry.add({\"${name}\", R\"KERNEL(${content})KERNEL\"}, \"${origin}\");\n")
  endforeach()
  set(file ${CMAKE_CURRENT_BINARY_DIR}/${target}_${function}.cpp)
  file(GENERATE OUTPUT ${file} CONTENT
"// Generated from the kernels' files. Do not edit.
#include \"backends/common/kernel_sources.h\"

namespace tilewright {

void ${function}(KernelSourceRegistry& registry) {
${text}}

} // namespace tilewright
")
  target_sources(${target} PRIVATE ${file})
endfunction()
