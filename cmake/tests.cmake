# tilewright_add_test(NAME SOURCES file... LIBRARIES target... [LABELS label...] [TIMEOUT seconds])
#
# One GoogleTest executable, run by CTest as one test (so that its set-up is paid once).
find_package(GTest REQUIRED)

function(tilewright_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS")
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE tilewright_options ${test_LIBRARIES} GTest::gtest_main)
  # What takes time in a test is the library under it; the test itself is compiled far more often than it is run.
  target_compile_options(${name} PRIVATE -O0)
  target_compile_definitions(${name} PRIVATE
    TILEWRIGHT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" TILEWRIGHT_BINARY_DIR="${PROJECT_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  if(test_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${test_LABELS}")
  endif()
  if(test_TIMEOUT)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${test_TIMEOUT})
  endif()
endfunction()
