// Reads the text form that ir/printer.h writes. The text may come from anywhere: every mistake is a diagnostic with its
// place ("3:14: ..."), several in one run, and nothing is allocated that the text is not long enough to fill.
#pragma once

#include "ir/diagnostics.h"
#include "ir/graph.h"

#include <optional>
#include <string_view>

namespace tilewright {

struct TextLimits {
  std::size_t bytes = std::size_t{1} << 30;
  std::size_t errors = 50;                       // parsing stops after so many
  std::size_t rank = 32;                         // of a shape
  std::int64_t elements = std::int64_t{1} << 48; // of a value that is not a constant
};

// The graph, or nothing and at least one error. The types of results are computed by their ops; a text that says
// something else is an error. Origins, names and data are taken as they are.
std::optional<Graph> parse_graph(std::string_view text, const OpRegistry& ops, Diagnostics& diagnostics,
                                 const TextLimits& limits = {});

// Reads "{name = value, ...}" over an object that names the fields and their kinds: OpDefinition::default_attributes.
// Every field has to be there once; "" stands for no fields.
std::optional<Attributes> parse_attributes(std::string_view text, const Attributes& defaults, Diagnostics& diagnostics);
// The same, for those who only want to know whether it reads.
std::optional<Attributes> parse_attributes(std::string_view text, const Attributes& defaults);

} // namespace tilewright
