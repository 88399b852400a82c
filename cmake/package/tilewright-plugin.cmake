# tilewright_add_plugin(NAME SOURCES file... [KERNELS file...])
#
# Builds the plugin NAME.so. The text of the files KERNELS becomes part of it: its entry adds them to the compiler's kernel
# library by calling register_plugin_kernels(registries.kernels). Paths are relative to the current source folder.
function(tilewright_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 plugin "" "" "SOURCES;KERNELS")
  add_library(${name} MODULE ${plugin_SOURCES})
  target_link_libraries(${name} PRIVATE tilewright::tilewright)
  set_target_properties(${name} PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  # A library with objects that are unique in the process could not be closed any more.
  target_compile_options(${name} PRIVATE -fno-gnu-unique)
  target_link_options(${name} PRIVATE -Wl,--no-undefined)
  if(plugin_KERNELS)
    list(TRANSFORM plugin_KERNELS PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    tilewright_embed_kernels(${name} register_plugin_kernels ${plugin_KERNELS})
  endif()
endfunction()
