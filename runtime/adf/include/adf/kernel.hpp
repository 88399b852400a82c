// adf::kernel: a function or object that runs on a tile.
#pragma once

#include "kernel_body.hpp"

namespace adf {

namespace detail {
template <typename T> std::string type_name() {
  // Of "... [with T = dense<config>; ...]" or "... [T = dense<config>]" only the type is kept.
  const std::string text = __PRETTY_FUNCTION__;
  const std::size_t start = text.find("T = ") + 4;
  const std::size_t end = text.find_first_of(";]", start);
  return text.substr(start, end - start);
}
} // namespace detail

/// An array given to a kernel: `parameter::array(symbol)`, or an entry of kernel::param.
class parameter {
public:
  parameter() = default;
  /// A table that kernels name directly; connect<>(parameter, kernel) gives it room in that kernel's data memory.
  template <typename T, std::size_t N> static parameter array(T (&)[N]) {
    parameter result;
    result.bytes = sizeof(T) * N;
    return result;
  }

  int kernel = -1;
  int index = -1;
  std::size_t bytes = 0;
};

class kernel {
public:
  std::vector<port<direction::in>> in;
  std::vector<port<direction::out>> out;
  std::vector<port<direction::inout>> inout;
  std::vector<parameter> param;

  kernel() = default;

  /// What the function returns is not looked at.
  template <typename Result, typename... Arguments> static kernel create(Result (*function)(Arguments...)) {
    return kernel(tilewright::adf::add_kernel("function",
                                              std::make_unique<detail::FunctionBody<Result, Arguments...>>(function),
                                              detail::describe_arguments<Arguments...>(), {}));
  }

  /// Class has a static registerKernelClass(). The arguments are kept and given to its constructor on the tile; a
  /// std::vector or std::array reaches a constructor parameter of type T (&)[N].
  template <typename Class, typename... Given> static kernel create_object(Given&&... given) {
    detail::ClassRegistration registration;
    detail::class_registration = &registration;
    Class::registerKernelClass();
    detail::class_registration = nullptr;
    using Body = detail::ObjectBody<Class, typename detail::StoredArgument<std::decay_t<Given>>::type...>;
    auto body = std::make_unique<Body>(registration, std::forward<Given>(given)...);
    return kernel(tilewright::adf::add_kernel(detail::type_name<Class>().c_str(), std::move(body),
                                              std::move(registration.arguments), std::move(registration.parameters)));
  }

  tilewright::adf::Kernel& record() const { return tilewright::adf::kernel_record(id); }

  int id = -1;

private:
  explicit kernel(int index);
};

} // namespace adf
