# find_package(tilewright) gives
#   tilewright::tilewright      the compiler as a library
#   tilewright::tilewright_adf  the host emulator's engine
#   tilewright_add_plugin()     builds a plugin
# Debian packages that the headers need: libfmt-dev, libgmp-dev.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(fmt)
include(${CMAKE_CURRENT_LIST_DIR}/tilewright-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/registrars.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/tilewright-plugin.cmake)
