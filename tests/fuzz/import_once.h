// One hostile input: the bytes are imported as a model, and what comes out has to be a diagnostic or a sound graph.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace tilewright::testing {

// What went wrong with us (never with the model); "" when all is well.
std::string import_once(const std::uint8_t* bytes, std::size_t size);

} // namespace tilewright::testing
