# What Debian 12 provides. scripts/install_packages installs it all.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Protobuf REQUIRED)
find_library(ONNX_PROTO_LIBRARY onnx_proto REQUIRED)
find_library(GMP_LIBRARY gmp REQUIRED)
find_library(MPFR_LIBRARY mpfr REQUIRED)

# ONNX's generated protobuf classes. Debian builds them with the namespace `onnx` and with ML types.
add_library(tilewright_onnx_proto INTERFACE)
target_link_libraries(tilewright_onnx_proto INTERFACE ${ONNX_PROTO_LIBRARY} protobuf::libprotobuf)
target_compile_definitions(tilewright_onnx_proto INTERFACE ONNX_NAMESPACE=onnx ONNX_ML=1)
