# The compiler as one shared library, `tilewright::tilewright`: what the command line, plugins and other programs link, so
# that all of them share one copy of it. It is made of the static parts, which the project's own tests link directly.
set(parts tilewright_ir tilewright_frontend tilewright_passes tilewright_backends tilewright_estimate
  tilewright_reference tilewright_driver)

# The standard headers that nearly every source includes, compiled once for all parts: a quarter of the time of building them.
# Sources still include what they use; -D CMAKE_DISABLE_PRECOMPILE_HEADERS=ON builds without.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/library_headers.cpp CONTENT "" @ONLY)
add_library(tilewright_library_headers OBJECT ${PROJECT_BINARY_DIR}/library_headers.cpp)
target_link_libraries(tilewright_library_headers PRIVATE tilewright_options fmt::fmt)
target_precompile_headers(tilewright_library_headers PRIVATE <algorithm> <array> <charconv> <cmath> <cstdint> <functional>
  <limits> <map> <memory> <numeric> <optional> <set> <span> <string> <string_view> <variant> <vector> <fmt/format.h>)

file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/runtime/plugin/*.cpp)
add_library(tilewright_library SHARED ${sources})
add_library(tilewright::tilewright ALIAS tilewright_library)
foreach(part IN LISTS parts ITEMS tilewright_library_headers)
  set_target_properties(${part} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  # Nobody replaces a function of the library, so calls inside it may be inlined as in a program.
  target_compile_options(${part} PRIVATE -fno-semantic-interposition)
endforeach()
foreach(part IN LISTS parts)
  target_precompile_headers(${part} REUSE_FROM tilewright_library_headers)
  # The objects, not the archive: also what nothing inside the library calls.
  target_sources(tilewright_library PRIVATE $<TARGET_OBJECTS:${part}>)
endforeach()
target_link_libraries(tilewright_library
  PRIVATE $<BUILD_INTERFACE:tilewright_options> $<BUILD_INTERFACE:tilewright_onnx_proto> mpfr
  PUBLIC fmt::fmt gmp)
target_compile_features(tilewright_library INTERFACE cxx_std_20)
# The folder of the headers is where includes begin: "ir/op.h" means the same inside the tree and outside of it.
target_include_directories(tilewright_library INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/tilewright>)
# Hidden is everything but namespace tilewright. A version script says so in one place; an export macro would have to
# stand at every declaration of every header.
target_link_options(tilewright_library PRIVATE
  -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/exported_symbols.map -Wl,--no-undefined)
set_target_properties(tilewright_library PROPERTIES
  OUTPUT_NAME tilewright EXPORT_NAME tilewright
  LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/exported_symbols.map
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
