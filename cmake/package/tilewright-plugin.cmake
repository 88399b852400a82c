# tilewright_add_plugin(NAME SOURCES file... [KERNELS file...])
#
# Builds the plugin NAME.so. The text of the files KERNELS becomes part of it: its entry adds them to the compiler's kernel
# library by calling register_plugin_kernels(registries.kernels).
function(tilewright_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 plugin "" "" "SOURCES;KERNELS")
  add_library(${name} MODULE ${plugin_SOURCES})
  target_link_libraries(${name} PRIVATE tilewright::tilewright)
  set_target_properties(${name} PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  # A library with objects that are unique in the process could not be closed any more.
  target_compile_options(${name} PRIVATE -fno-gnu-unique)
  target_link_options(${name} PRIVATE -Wl,--no-undefined)
  if(NOT plugin_KERNELS)
    return()
  endif()
  set(text "")
  foreach(kernel IN LISTS plugin_KERNELS)
    cmake_path(ABSOLUTE_PATH kernel)
    cmake_path(GET kernel FILENAME file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${kernel})
    file(READ ${kernel} content)
    string(APPEND text "  registry.add({\"${file}\", R\"KERNEL(${content})KERNEL\"});\n")
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}_kernels.cpp)
  file(GENERATE OUTPUT ${source} CONTENT
"// Generated from the kernels' files. Do not edit.
#include \"runtime/plugin/plugin.h\"

namespace tilewright {

void register_plugin_kernels(KernelSourceRegistry& registry) {
${text}}

} // namespace tilewright
")
  target_sources(${name} PRIVATE ${source})
endfunction()
