# Options that every target of the project is compiled with.
set(TILEWRIGHT_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined")

add_library(tilewright_options INTERFACE)
target_include_directories(tilewright_options INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
target_compile_options(tilewright_options INTERFACE
  -Wall -Wextra -Wno-missing-field-initializers
  # No path of the building machine in messages, assertions or registrations' origins.
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(TILEWRIGHT_SANITIZE)
  target_compile_options(tilewright_options INTERFACE
    -fsanitize=${TILEWRIGHT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(tilewright_options INTERFACE -fsanitize=${TILEWRIGHT_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
