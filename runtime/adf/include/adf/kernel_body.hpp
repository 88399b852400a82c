// Type erasure: how the engine runs a kernel function or a kernel object it knows nothing about.
//
// A class's run() is reached through registerKernelClass(), which names it in REGISTER_FUNCTION; its body may be in
// another translation unit.
#pragma once

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "../adf_engine/instruction_count.hpp"
#include "../adf_engine/undefined_value.hpp"
#include "kernel_arguments.hpp"

namespace adf::detail {

using tilewright::adf::KernelBody;
using tilewright::adf::PortRuntime;

template <typename... Arguments> std::vector<tilewright::adf::Port> describe_arguments() {
  return {ArgumentTraits<Arguments>::describe()...};
}

#ifdef TILEWRIGHT_ADF_DEBUG
inline constexpr bool is_debug_build = true;
#else
inline constexpr bool is_debug_build = false;
#endif

/// The variables of `callable` start undefined, in debug mode.
template <typename Callable, typename... Values> void call_on_fresh_stack(Callable& callable, Values&&... values) {
  if constexpr (is_debug_build) tilewright::adf::make_stack_undefined();
  callable(static_cast<Values&&>(values)...);
}

template <typename Callable, typename... Arguments, std::size_t... I>
void call_with_ports(Callable&& callable, PortRuntime* const* ports, std::index_sequence<I...>) {
  std::tuple<typename ArgumentTraits<Arguments>::Holder...> holders{ports[I]...};
  (void)holders;
  call_on_fresh_stack(callable, std::get<I>(holders).get()...);
}

template <typename Result, typename... Arguments> class FunctionBody final : public KernelBody {
public:
  explicit FunctionBody(Result (*function)(Arguments...)) : function_(function) {}
  void construct() override {}
  void run(PortRuntime* const* ports) override {
    call_with_ports<Result (*&)(Arguments...), Arguments...>(function_, ports, std::index_sequence_for<Arguments...>{});
  }

  bool is_debugged() const override { return is_debug_build; }

private:
  Result (*function_)(Arguments...);
};

/// What registerKernelClass() reports about the class whose creation is under way.
struct ClassRegistration {
  std::vector<tilewright::adf::Port> arguments;
  std::vector<tilewright::adf::KernelParameter> parameters;
  /// Calls run() of an object; the member pointer is stored in place, its type known to `call` only.
  void (*call)(void* object, const void* member, PortRuntime* const* ports) = nullptr;
  alignas(std::max_align_t) unsigned char member[4 * sizeof(void*)] = {};
  std::string function_name;
};

TILEWRIGHT_ADF_THREAD_STATE ClassRegistration* class_registration;

template <typename Class, typename... Arguments>
void register_function(void (Class::*function)(Arguments...), const char* name) {
  ClassRegistration& registration = *class_registration;
  static_assert(sizeof function <= sizeof registration.member, "member pointer larger than expected");
  registration.arguments = describe_arguments<Arguments...>();
  registration.function_name = name;
  std::memcpy(registration.member, &function, sizeof function);
  registration.call = [](void* object, const void* member, PortRuntime* const* ports) {
    void (Class::*run)(Arguments...);
    std::memcpy(&run, member, sizeof run);
    Class& self = *static_cast<Class*>(object);
    auto bound = [&](auto&&... arguments) { (self.*run)(static_cast<decltype(arguments)>(arguments)...); };
    call_with_ports<decltype(bound)&, Arguments...>(bound, ports, std::index_sequence_for<Arguments...>{});
  };
}
template <typename Class, typename... Arguments>
void register_function(void (Class::*function)(Arguments...) const, const char* name) {
  register_function(reinterpret_cast<void (Class::*)(Arguments...)>(function), name);
}
template <typename... Arguments> void register_function(void (*function)(Arguments...), const char* name) {
  ClassRegistration& registration = *class_registration;
  registration.arguments = describe_arguments<Arguments...>();
  registration.function_name = name;
  std::memcpy(registration.member, &function, sizeof function);
  registration.call = [](void*, const void* member, PortRuntime* const* ports) {
    void (*run)(Arguments...);
    std::memcpy(&run, member, sizeof run);
    call_with_ports<void (*&)(Arguments...), Arguments...>(run, ports, std::index_sequence_for<Arguments...>{});
  };
}

template <typename Member> void register_parameter(const char* name) {
  using Value = std::remove_reference_t<Member>;
  tilewright::adf::KernelParameter parameter;
  parameter.name = name;
  parameter.bytes = sizeof(Value);
  class_registration->parameters.push_back(parameter);
}

/// Storage of an array that a constructor takes by reference; std::vector and std::array arguments of create_object
/// become one of these, aligned as the compiler aligns registered parameters.
template <typename T> class ArrayArgument {
public:
  template <typename Container> explicit ArrayArgument(const Container& values) : size_(values.size()) {
    const std::size_t bytes = (size_ * sizeof(T) + 63) / 64 * 64;
    data_.reset(static_cast<T*>(std::aligned_alloc(64, bytes == 0 ? 64 : bytes)));
    std::uninitialized_copy(values.begin(), values.end(), data_.get());
  }
  template <std::size_t N> using Array = T[N];
  template <std::size_t N> using ConstArray = const T[N];
  template <std::size_t N> operator Array<N>&() { return *reinterpret_cast<Array<N>*>(checked_data(N)); }
  template <std::size_t N> operator ConstArray<N>&() { return *reinterpret_cast<ConstArray<N>*>(checked_data(N)); }

private:
  T* checked_data(std::size_t size) const {
    if (size != size_) {
      std::fprintf(stderr,
                   "tilewright-adf: error: a kernel constructor takes an array of %zu elements and is given %zu\n",
                   size, size_);
      std::exit(3);
    }
    return data_.get();
  }

  struct Free {
    void operator()(T* pointer) const { std::free(pointer); }
  };
  std::unique_ptr<T[], Free> data_;
  std::size_t size_ = 0;
};

template <typename T> struct StoredArgument { using type = T; };
template <typename T, typename Allocator> struct StoredArgument<std::vector<T, Allocator>> {
  using type = ArrayArgument<T>;
};
template <typename T, std::size_t N> struct StoredArgument<std::array<T, N>> { using type = ArrayArgument<T>; };

template <typename Class, typename... Stored> class ObjectBody final : public KernelBody {
public:
  template <typename... Given>
  explicit ObjectBody(const ClassRegistration& registration, Given&&... given)
      : registration_(registration), stored_(std::forward<Given>(given)...) {}
  void construct() override {
    // Members that the constructor leaves alone hold what undefined lanes do.
    void* const memory = ::operator new(sizeof(Class), std::align_val_t(alignof(Class)));
    if (is_debug_build) std::memset(memory, tilewright::adf::undefined_value, sizeof(Class));
    std::apply([&](auto&... arguments) { object_.reset(new (memory) Class(arguments...)); }, stored_);
  }
  void run(PortRuntime* const* ports) override {
    const tilewright::adf::CountedCall counted(registration_.function_name.c_str(), object_.get());
    registration_.call(object_.get(), registration_.member, ports);
  }
  bool is_debugged() const override { return is_debug_build; }

private:
  ClassRegistration registration_;
  std::tuple<Stored...> stored_;
  struct Destroy {
    void operator()(Class* object) const {
      object->~Class();
      ::operator delete(object, std::align_val_t(alignof(Class)));
    }
  };
  std::unique_ptr<Class, Destroy> object_;
};

} // namespace adf::detail

/// Inside `static void registerKernelClass()`: names the member function that is the kernel.
#define REGISTER_FUNCTION(function) ::adf::detail::register_function(&function, #function)
/// Names a member array, given to the constructor by reference, that the compiler has to place in data memory.
#define REGISTER_PARAMETER(member) ::adf::detail::register_parameter<decltype(member)>(#member)
