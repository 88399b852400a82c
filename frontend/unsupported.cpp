#include "frontend/unsupported.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

namespace tilewright {

namespace {

struct Known {
  std::string_view op_type;
  std::string_view code;
  std::string_view reason;
  std::string_view hint;
};

constexpr std::array known{
    Known{"DynamicQuantizeLinear", "import.dynamic-quantization",
          "scales that are computed at run time are not supported", "export with static quantization"},
    Known{"FloatQuant", "import.float-quantization", "quantization to small floats (fp8 and narrower) is not supported",
          "quantize to integers"},
    Known{"Loop", "import.control-flow", "control flow is not supported", "export the model unrolled"},
    Known{"If", "import.control-flow", "control flow is not supported", "export the branch that is taken"},
    Known{"Scan", "import.control-flow", "control flow is not supported", "export the model unrolled"},
    Known{"LSTM", "import.unknown-op", "recurrent layers are not supported", ""},
    Known{"GRU", "import.unknown-op", "recurrent layers are not supported", ""},
    Known{"RNN", "import.unknown-op", "recurrent layers are not supported", ""},
    Known{"Round", "import.decomposed-quantizer",
          "a quantizer that is taken apart into Div, Round and Clip is not recognised",
          "export QONNX (Quant nodes) or QCDQ (QuantizeLinear nodes)"},
};

constexpr std::array standard_domains{std::string_view(""), std::string_view("finn"),
                                      std::string_view("finn.custom_op.general"),
                                      std::string_view("qonnx.custom_op.general"), std::string_view("onnx.brevitas")};

} // namespace

UnsupportedOperator explain_unsupported(const ModelNode& node) {
  if (std::ranges::find(standard_domains, node.domain) == standard_domains.end()) {
    return {"import.unknown-domain", fmt::format("operators of the domain '{}' are not supported", node.domain),
            "a plugin can add an importer"};
  }
  for (const Known& entry : known) {
    if (entry.op_type == node.op_type) {
      return {std::string(entry.code), std::string(entry.reason), std::string(entry.hint)};
    }
  }
  return {"import.unknown-op", "the operator is not supported",
          "`tilewright ops` lists what is; a plugin can add more"};
}

bool is_quantization_operator(const ModelNode& node) {
  constexpr std::array words{std::string_view("Quant"),          std::string_view("quant"),
                             std::string_view("QLinear"),        std::string_view("Integer"),
                             std::string_view("MultiThreshold"), std::string_view("Trunc")};
  return std::ranges::any_of(words,
                             [&node](std::string_view word) { return node.op_type.find(word) != std::string::npos; });
}

} // namespace tilewright
