// Debug mode: what depends on memory or lanes that nothing was assigned to, found by running the program thrice.
//
// Two child processes run the whole program first, unseen, with different bytes in everything undefined, and record
// what every port hands on. Runs are deterministic, so where the records differ, data depend on something undefined;
// reading it without consequence is no error. A process whose output differs while its inputs do not is where that
// begins. The third run is the one the user sees: it stops at those bytes and finds the line that writes them
// (write_trap.hpp).
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "design.hpp"
#include "network.hpp"

namespace tilewright::adf {

/// Bytes of a source port, by position among all that it hands on, that depend on something undefined; up to one of
/// them is not in the record. All lie in the first portion (buffer, stream chunk) that has any.
struct UndefinedOutput {
  int port = -1;
  std::uint64_t first = 0;              ///< position of the first
  std::vector<std::uint64_t> positions; ///< ascending, at most one buffer's worth
  bool reaches_results = false;         ///< output files, the host's memory or its parameters differ, too
  bool reported = false;
};

/// Record of a run: what each source port hands on, up to recorded_bytes of each.
class Recording {
public:
  explicit Recording(std::string folder) : folder_(std::move(folder)) {}
  void add(int port, const std::uint8_t* bytes, std::size_t size);

private:
  struct File {
    std::ofstream stream;
    std::size_t size = 0;
  };
  std::string folder_;
  std::map<int, File> files_;
};
inline constexpr std::size_t recorded_bytes = std::size_t(64) << 20;

/// Forks the two rehearsals and waits for them. In a rehearsal: gives it a recording, and its undefined value. In the
/// program itself: returns the outputs where a dependence begins, ports in ascending order.
std::vector<UndefinedOutput> rehearse(const Design& design, const Network& network,
                                      std::unique_ptr<Recording>& recording);

} // namespace tilewright::adf
