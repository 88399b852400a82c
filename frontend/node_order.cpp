#include "frontend/node_order.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <string_view>

namespace tilewright {

namespace {

class Sorter {
public:
  explicit Sorter(const Model& model)
      : model_(model), readers_(model.nodes.size()), missing_(model.nodes.size(), 0),
        placed_(model.nodes.size(), false) {
    for (std::size_t i = 0; i < model.nodes.size(); ++i) {
      for (const std::string& output : model.nodes[i].outputs) {
        if (!output.empty()) producers_.try_emplace(output, i);
      }
    }
    // What is an input or an initializer does not wait for a node, even if one produces the same name.
    for (const ModelValue& input : model.inputs)
      producers_.erase(input.name);
    for (const ModelTensor& tensor : model.initializers)
      producers_.erase(tensor.name);
    for (std::size_t i = 0; i < model.nodes.size(); ++i) {
      for (const std::string& input : model.nodes[i].inputs) {
        const auto producer = producers_.find(input);
        if (producer == producers_.end()) continue;
        readers_[producer->second].push_back(i);
        ++missing_[i];
      }
    }
  }

  std::vector<std::size_t> run(Diagnostics& diagnostics) {
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < missing_.size(); ++i) {
      if (missing_[i] == 0) ready.push(i);
    }
    std::vector<std::size_t> order;
    while (!ready.empty()) {
      const std::size_t node = ready.top();
      ready.pop();
      order.push_back(node);
      placed_[node] = true;
      for (const std::size_t reader : readers_[node]) {
        if (--missing_[reader] == 0) ready.push(reader);
      }
    }
    if (order.size() < missing_.size()) report_cycles(diagnostics);
    for (std::size_t i = 0; i < placed_.size(); ++i) {
      if (!placed_[i]) order.push_back(i);
    }
    return order;
  }

private:
  // Walks from each node that is left to a producer that is left too, until a walk meets itself.
  void report_cycles(Diagnostics& diagnostics) const {
    std::vector<std::size_t> walk_of(placed_.size(), 0);
    for (std::size_t start = 0; start < placed_.size(); ++start) {
      std::size_t node = start;
      while (!placed_[node] && walk_of[node] == 0) {
        walk_of[node] = start + 1;
        node = unplaced_producer(node);
      }
      if (!placed_[node] && walk_of[node] == start + 1) report_cycle(node, diagnostics);
    }
  }

  std::size_t unplaced_producer(std::size_t node) const {
    for (const std::string& input : model_.nodes[node].inputs) {
      const auto producer = producers_.find(input);
      if (producer != producers_.end() && !placed_[producer->second]) return producer->second;
    }
    return node; // cannot be: something keeps the node from being placed
  }

  void report_cycle(std::size_t first, Diagnostics& diagnostics) const {
    constexpr std::size_t most_names = 8;
    std::vector<std::string> names;
    std::size_t node = first;
    do {
      names.push_back(model_.nodes[node].name);
      node = unplaced_producer(node);
    } while (node != first && names.size() < most_names);
    std::string path = names.front();
    for (std::size_t i = names.size(); i-- > 0;)
      path += " -> " + names[i];
    Diagnostic problem;
    problem.code = "import.cycle";
    problem.node = model_.nodes[first].name;
    problem.op = model_.nodes[first].op_type;
    problem.reason = names.size() == 1 ? "the node reads its own output" : "nodes depend on each other in a cycle";
    if (names.size() > 1) problem.got = node == first ? path : "... -> " + path;
    problem.expected = "a graph without cycles";
    diagnostics.add(std::move(problem));
  }

  const Model& model_;
  std::map<std::string_view, std::size_t> producers_;
  std::vector<std::vector<std::size_t>> readers_;
  std::vector<std::size_t> missing_; // inputs whose producers are not placed yet
  std::vector<bool> placed_;
};

} // namespace

std::vector<std::size_t> order_of_nodes(const Model& model, Diagnostics& diagnostics) {
  return Sorter(model).run(diagnostics);
}

} // namespace tilewright
