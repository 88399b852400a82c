#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "rehearsal.hpp"
#include "undefined_value.hpp"

namespace tilewright::adf {

TILEWRIGHT_ADF_FUNCTION void Recording::add(int port, const std::uint8_t* bytes, std::size_t size) {
  File& file = files_[port];
  if (!file.stream.is_open()) file.stream.open(folder_ + "/" + std::to_string(port), std::ios::binary);
  size = std::min(size, recorded_bytes - file.size);
  file.size += size;
  file.stream.write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(size));
  file.stream.flush(); // The program may end without warning.
}

namespace rehearsal_detail {

inline pid_t start_rehearsal(const std::string& folder, std::uint8_t value, std::unique_ptr<Recording>& recording) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child != 0) return child;
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  undefined_value = value;
  recording = std::make_unique<Recording>(folder);
  return 0;
}

/// Positions at which two records differ, in the first portion of `portion_bytes` that has any.
inline std::vector<std::uint64_t> differences(const std::string& first_file, const std::string& second_file,
                                              std::size_t portion_bytes) {
  std::ifstream first(first_file, std::ios::binary), second(second_file, std::ios::binary);
  std::vector<char> a(portion_bytes), b(portion_bytes);
  std::vector<std::uint64_t> positions;
  for (std::uint64_t start = 0; positions.empty(); start += portion_bytes) {
    first.read(a.data(), static_cast<std::streamsize>(portion_bytes));
    second.read(b.data(), static_cast<std::streamsize>(portion_bytes));
    const std::size_t count = static_cast<std::size_t>(std::min(first.gcount(), second.gcount()));
    for (std::size_t i = 0; i < count; ++i)
      if (a[i] != b[i]) positions.push_back(start + i);
    if (count < portion_bytes) break;
  }
  return positions;
}

/// The outputs that differ, and how data gets from one to the next.
struct Differences {
  const Design* design;
  const Network* network;
  std::map<int, std::vector<std::uint64_t>> positions; ///< by source port

  const Port& port(int id) const { return design->ports[static_cast<std::size_t>(id)]; }
  bool same_owner(const Port& a, const Port& b) const { return a.owner_kind == b.owner_kind && a.owner == b.owner; }

  bool input_differs(const Port& owner) const {
    for (std::size_t id = 0; id < design->ports.size(); ++id) {
      if (!same_owner(design->ports[id], owner) || network->net_of_sink[id] < 0) continue;
      if (positions.count(network->nets[static_cast<std::size_t>(network->net_of_sink[id])].source) > 0) return true;
    }
    return false;
  }

  /// Whether differing data from the port get where the host sees them.
  bool reaches_results(int source, std::set<int>& visited) const {
    if (positions.count(source) == 0 || !visited.insert(source).second) return false;
    const int net = network->net_of_source[static_cast<std::size_t>(source)];
    if (net < 0) return true; // a parameter that the host reads
    for (const int sink : network->nets[static_cast<std::size_t>(net)].sinks) {
      const Port& owner = port(sink);
      if (owner.owner_kind == PortOwner::plio || owner.owner_kind == PortOwner::gmio ||
          owner.owner_kind == PortOwner::external_buffer)
        return true;
      for (const auto& [next, ignored] : positions)
        if (same_owner(port(next), owner) && reaches_results(next, visited)) return true;
    }
    return false;
  }

  std::size_t portion_bytes(int id) const {
    const Port& record = port(id);
    const bool whole = record.transport == Transport::buffer || record.owner_kind == PortOwner::shared_buffer;
    if (whole) return firing_bytes(*design, record);
    if (record.transport == Transport::parameter) return record.elements * record.element.bytes;
    return 4; // streams move words
  }
};

/// Where dependences begin. In a loop every process has differing inputs; there it is the one that differs first.
inline std::vector<UndefinedOutput> origins(const Differences& found) {
  std::vector<UndefinedOutput> result;
  const auto add = [&](int port) {
    UndefinedOutput output;
    output.port = port;
    output.positions = found.positions.at(port);
    output.first = output.positions.front();
    std::set<int> visited;
    output.reaches_results = found.reaches_results(port, visited);
    result.push_back(output);
  };
  int earliest = -1;
  const auto portion = [&](int port) { return found.positions.at(port).front() / found.portion_bytes(port); };
  for (const auto& [id, positions] : found.positions) {
    const Port& port = found.port(id);
    if (port.owner_kind != PortOwner::kernel && port.owner_kind != PortOwner::shared_buffer) continue;
    if (!found.input_differs(port)) add(id);
    if (earliest < 0 || portion(id) < portion(earliest)) earliest = id;
  }
  if (result.empty() && earliest >= 0) add(earliest);
  return result;
}

} // namespace rehearsal_detail

TILEWRIGHT_ADF_FUNCTION std::vector<UndefinedOutput> rehearse(const Design& design, const Network& network,
                                                              std::unique_ptr<Recording>& recording) {
  using namespace rehearsal_detail;
  std::error_code ignored;
  std::string folder = std::filesystem::temp_directory_path(ignored) / "tilewright_rehearsal_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return {};
  const std::string folders[2] = {folder + "/0", folder + "/1"};
  const std::uint8_t values[2] = {usual_undefined_value, static_cast<std::uint8_t>(~usual_undefined_value)};
  pid_t children[2];
  for (int i = 0; i < 2; ++i) {
    std::filesystem::create_directory(folders[i], ignored);
    children[i] = start_rehearsal(folders[i], values[i], recording);
    if (children[i] == 0) return {};
  }
  for (const pid_t child : children)
    if (child > 0) waitpid(child, nullptr, 0);

  Differences found{&design, &network, {}};
  for (std::size_t id = 0; id < design.ports.size(); ++id) {
    const std::string name = "/" + std::to_string(id);
    if (!std::filesystem::exists(folders[0] + name, ignored) || !std::filesystem::exists(folders[1] + name, ignored))
      continue;
    auto positions = differences(folders[0] + name, folders[1] + name, found.portion_bytes(static_cast<int>(id)));
    if (!positions.empty()) found.positions[static_cast<int>(id)] = std::move(positions);
  }
  std::filesystem::remove_all(folder, ignored);
  return origins(found);
}

[[gnu::noinline, gnu::no_sanitize_address]] TILEWRIGHT_ADF_FUNCTION void make_stack_undefined() {
  volatile std::uint8_t stack[64 * 1024];
  for (volatile std::uint8_t& byte : stack)
    byte = undefined_value;
}

} // namespace tilewright::adf
