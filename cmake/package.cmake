# What `cmake --install` puts where, the CMake package that finds it again, and the Debian package.
#
#   bin/tilewright  lib/libtilewright.so  lib/libtilewright_adf.a  lib/cmake/tilewright  include/tilewright  share
#
# lib/tilewright/plugins is left to others. The tree can be moved: everything is found relative to itself.
include(CMakePackageConfigHelpers)

set_target_properties(tilewright PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
install(TARGETS tilewright RUNTIME DESTINATION bin)
install(TARGETS tilewright_library tilewright_adf EXPORT tilewright LIBRARY DESTINATION lib ARCHIVE DESTINATION lib)
install(EXPORT tilewright NAMESPACE tilewright:: DESTINATION lib/cmake/tilewright FILE tilewright-targets.cmake)

write_basic_package_version_file(${PROJECT_BINARY_DIR}/tilewright-config-version.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES cmake/package/tilewright-config.cmake cmake/package/tilewright-plugin.cmake
  cmake/registrars.cmake ${PROJECT_BINARY_DIR}/tilewright-config-version.cmake DESTINATION lib/cmake/tilewright)

# Every header of the library but those that show protobuf. The emulator's and the kernels' are no headers of the library.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  ir/*.h passes/*.h frontend/*.h backends/*.h runtime/*.h)
list(FILTER headers EXCLUDE REGEX "^(runtime/adf|backends/common/kernels)/|^frontend/onnx/(messages|tensor_proto)\\.h$")
foreach(header IN LISTS headers)
  cmake_path(GET header PARENT_PATH folder)
  install(FILES ${header} DESTINATION include/tilewright/${folder})
endforeach()

# The manual is what --help says, so that it can't be out of date.
set(manual ${PROJECT_BINARY_DIR}/share/man/man1/tilewright.1)
add_custom_command(OUTPUT ${manual} DEPENDS tilewright cmake/package/manual.cmake
  COMMAND ${CMAKE_COMMAND} -D PROGRAM=$<TARGET_FILE:tilewright> -D FILE=${manual} -D VERSION=${PROJECT_VERSION}
    -P ${PROJECT_SOURCE_DIR}/cmake/package/manual.cmake
  COMMENT "" VERBATIM)
add_custom_target(tilewright_manual ALL DEPENDS ${manual})
install(FILES ${manual} DESTINATION share/man/man1)
install(FILES cmake/package/completion.bash DESTINATION share/bash-completion/completions RENAME tilewright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tilewright)
set(CPACK_PACKAGE_CONTACT "The Tilewright authors <tilewright@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION electronics)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# To run emitted projects on the host; and to build plugins.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "g++, make")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "cmake, libfmt-dev, libgmp-dev")
include(CPack)
