#include "frontend/onnx/wire_scan.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace tilewright {

namespace {

// The messages that can hold many others, and which of their fields do, by number; from onnx.proto.
enum class Message {
  model,
  training,
  function,
  graph,
  node,
  attribute,
  tensor,
  sparse_tensor,
  value,
  type,
  tensor_type,
  nested_type,
  shape,
  leaf // a string, or a message without lists
};

struct Field {
  Message message;
  std::uint64_t number;
  Message content;
};

constexpr Field fields[]{
    Field{Message::model, 7, Message::graph},
    Field{Message::model, 8, Message::leaf},
    Field{Message::model, 14, Message::leaf},
    Field{Message::model, 20, Message::training},
    Field{Message::model, 25, Message::function},
    Field{Message::training, 1, Message::graph},
    Field{Message::training, 2, Message::graph},
    Field{Message::training, 3, Message::leaf},
    Field{Message::training, 4, Message::leaf},
    Field{Message::function, 4, Message::leaf},
    Field{Message::function, 5, Message::leaf},
    Field{Message::function, 6, Message::leaf},
    Field{Message::function, 7, Message::node},
    Field{Message::function, 9, Message::leaf},
    Field{Message::function, 11, Message::attribute},
    Field{Message::graph, 1, Message::node},
    Field{Message::graph, 5, Message::tensor},
    Field{Message::graph, 11, Message::value},
    Field{Message::graph, 12, Message::value},
    Field{Message::graph, 13, Message::value},
    Field{Message::graph, 14, Message::leaf},
    Field{Message::graph, 15, Message::sparse_tensor},
    Field{Message::node, 1, Message::leaf},
    Field{Message::node, 2, Message::leaf},
    Field{Message::node, 5, Message::attribute},
    Field{Message::attribute, 5, Message::tensor},
    Field{Message::attribute, 6, Message::graph},
    Field{Message::attribute, 9, Message::leaf},
    Field{Message::attribute, 10, Message::tensor},
    Field{Message::attribute, 11, Message::graph},
    Field{Message::attribute, 14, Message::type},
    Field{Message::attribute, 15, Message::type},
    Field{Message::attribute, 22, Message::sparse_tensor},
    Field{Message::attribute, 23, Message::sparse_tensor},
    Field{Message::tensor, 6, Message::leaf},
    Field{Message::tensor, 13, Message::leaf},
    Field{Message::sparse_tensor, 1, Message::tensor},
    Field{Message::sparse_tensor, 2, Message::tensor},
    Field{Message::value, 2, Message::type},
    Field{Message::type, 1, Message::tensor_type},
    Field{Message::type, 4, Message::nested_type},
    Field{Message::type, 5, Message::nested_type},
    Field{Message::type, 8, Message::tensor_type},
    Field{Message::type, 9, Message::nested_type},
    Field{Message::tensor_type, 2, Message::shape},
    Field{Message::nested_type, 1, Message::type},
    Field{Message::nested_type, 2, Message::type},
    Field{Message::shape, 1, Message::leaf},
};

// About what each takes when it is parsed and converted, whatever it holds.
std::uint64_t cost_of(Message message) {
  constexpr std::uint64_t small = 100;
  constexpr std::uint64_t large = 400;
  const bool is_large = message == Message::graph || message == Message::node || message == Message::attribute ||
                        message == Message::tensor;
  return is_large ? large : small;
}

// Lists of small numbers grow when they are unpacked: TensorProto's int32_data, int64_data and uint64_data.
std::uint64_t growth_of(Message message, std::uint64_t number, std::string_view content) {
  if (message != Message::tensor || (number != 5 && number != 7 && number != 11)) return 0;
  const auto ends = static_cast<std::uint64_t>(std::ranges::count_if(content, [](char c) { return (c & 0x80) == 0; }));
  const std::uint64_t unpacked = ends * (number == 5 ? 4 : 8);
  return unpacked - std::min<std::uint64_t>(unpacked, content.size());
}

std::optional<Message> content_of(Message message, std::uint64_t number) {
  for (const Field& field : fields) {
    if (field.message == message && field.number == number) return field.content;
  }
  return std::nullopt;
}

// Reads a base-128 number; nullopt at the end of `bytes` or after ten bytes.
std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 10 && i < bytes.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    value |= static_cast<std::uint64_t>(byte & 127) << (7 * i);
    if (byte < 128) {
      bytes.remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

struct Open {
  std::string_view rest;
  Message message;
};

} // namespace

WireScan scan_model(std::string_view bytes, std::uint64_t most_extra_bytes, int most_nesting) {
  WireScan scan;
  std::vector<Open> open{{bytes, Message::model}};
  const auto malformed = [&scan] {
    scan.malformed = true;
    return scan;
  };
  while (!open.empty() && scan.extra_bytes <= most_extra_bytes && scan.nesting <= most_nesting) {
    Open& current = open.back();
    if (current.rest.empty()) {
      open.pop_back();
      continue;
    }
    const auto tag = take_varint(current.rest);
    if (!tag) return malformed();
    constexpr std::uint64_t varint = 0;
    constexpr std::uint64_t eight_bytes = 1;
    constexpr std::uint64_t length_delimited = 2;
    constexpr std::uint64_t four_bytes = 5;
    const std::uint64_t number = *tag >> 3;
    const std::uint64_t kind = *tag & 7;
    std::uint64_t length = kind == eight_bytes ? 8 : kind == four_bytes ? 4 : 0;
    if (kind == varint) {
      if (!take_varint(current.rest)) return malformed();
    } else if (kind == length_delimited) {
      const auto given = take_varint(current.rest);
      if (!given) return malformed();
      length = *given;
    } else if (kind != eight_bytes && kind != four_bytes) {
      // Groups, which ONNX never uses, would nest without a length.
      return malformed();
    }
    if (length > current.rest.size()) return malformed();
    const std::string_view content = current.rest.substr(0, length);
    current.rest.remove_prefix(length);
    // A field that is not known here is kept by protobuf, one by one.
    constexpr std::uint64_t field_cost = 16;
    scan.extra_bytes += field_cost + growth_of(current.message, number, content);
    if (kind != length_delimited) continue;
    const auto message = content_of(current.message, number);
    if (!message) continue;
    scan.extra_bytes += cost_of(*message);
    if (*message == Message::leaf) continue;
    open.push_back({content, *message});
    scan.nesting = std::max(scan.nesting, static_cast<int>(open.size()));
  }
  return scan;
}

} // namespace tilewright
