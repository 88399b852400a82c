// A model as plain data, with nothing decided yet: what the loader makes of an ONNX file and the importers read.
#pragma once

#include "ir/tensor.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tilewright {

struct ModelDimension {
  std::optional<std::int64_t> size; // absent: symbolic
  std::string symbol;               // may be empty even then
};

// A graph input or output as declared.
struct ModelValue {
  std::string name;
  std::string type; // ONNX's spelling: "float", "int8", ...; "" when it is not given
  std::optional<std::vector<ModelDimension>> shape;
};

// Data in the model. INT4 and UINT4 data are stored in int8 and uint8.
struct ModelTensor {
  std::string name;
  std::optional<Tensor> data; // absent: it could not be read, and a diagnostic says why
  int bits = 0;               // 4 for INT4 and UINT4, else 0
};

// A kind of attribute that no importer can use: a graph, a sparse tensor, a reference, or a tensor that was not
// readable.
struct UnusableAttribute {
  std::string kind;
};

using AttributeValue = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>,
                                    std::vector<std::string>, ModelTensor, UnusableAttribute>;

struct ModelAttribute {
  std::string name;
  AttributeValue value;
};

struct ModelNode {
  std::string name; // never empty: synthesized where the model has none
  std::string domain;
  std::string op_type;
  std::vector<std::string> inputs; // "" for an input left out
  std::vector<std::string> outputs;
  std::vector<ModelAttribute> attributes;
};

struct Model {
  std::int64_t ir_version = 0;
  std::string producer;                       // name and version, for reports
  std::map<std::string, std::int64_t> opsets; // by domain; ONNX's own is ""
  std::string graph_name;
  std::vector<ModelValue> inputs;
  std::vector<ModelValue> outputs;
  std::vector<ModelTensor> initializers;
  std::vector<ModelNode> nodes;
};

} // namespace tilewright
