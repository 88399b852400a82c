// src/parameters/: the configuration of each kernel group, and the arrays that its runtime parameters carry.
#include "backends/common/code_writer.h"
#include "backends/common/emit.h"
#include "backends/common/names.h"
#include "backends/common/requantization.h"

#include <array>
#include <charconv>

namespace tilewright {

namespace {

constexpr std::size_t line_width = 116;

// The numbers of one array, in lines. By hand and not through fmt: a large network has millions.
void append_numbers(const Tensor& data, std::string& text) {
  visit_elements(data, [&](auto values) {
    std::size_t line_start = text.size();
    std::array<char, 24> digits{};
    for (const auto value : values) {
      if (text.size() - line_start > line_width) {
        text += '\n';
        line_start = text.size();
      }
      const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<std::int64_t>(value));
      text.append(digits.data(), result.ptr);
      text += ',';
    }
  });
}

} // namespace

std::string config_name(const KernelGroup& group) { return "config_" + group.name; }

std::string parameter_name(const KernelGroup& group, const std::string& member) { return member + "_" + group.name; }

std::string data_name(const KernelGroup& group, const std::string& member) {
  return "data_" + parameter_name(group, member);
}

std::string emit_config(const KernelGroup& group) {
  CodeWriter code;
  code.line("// Configuration of the {} kernels of {}. What each entry means stands in {}.h.", group.kernel,
            comment_text(group.origin), group.kernel);
  code.line("#pragma once");
  code.line();
  code.line("#include <aie_api/aie.hpp>");
  code.line();
  code.open(fmt::format("struct {} {{", config_name(group)));
  for (const ConfigEntry& entry : group.config) {
    if (entry.type == "using") {
      code.line("using {} = {};", entry.name, entry.value);
    } else {
      code.line("static constexpr {} {} = {};", entry.type, entry.name, entry.value);
    }
  }
  code.close("};");
  return code.take();
}

std::string emit_parameter_data(const KernelGroup& group) {
  std::string text = fmt::format("// Runtime parameters of {}.\n#pragma once\n\n#include <aie_api/aie.hpp>\n",
                                 comment_text(group.origin));
  for (const ParameterArray& first : group.parameters) {
    if (first.index != 0) continue;
    std::string rows;
    int count = 0;
    for (const ParameterArray& array : group.parameters) {
      if (array.member != first.member) continue;
      rows += "{";
      append_numbers(array.data, rows);
      rows += "},\n";
      ++count;
    }
    text += fmt::format("\nstatic const {} {}[{}][{}] = {{\n{}}};\n", type_name(first.data.element()),
                        data_name(group, first.member), count, first.data.count(), rows);
  }
  return text;
}

} // namespace tilewright
