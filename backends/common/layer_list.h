// The layers of a graph, one node after the other, and those that views between them need. Part of layers.cpp's
// partition.
#pragma once

#include "backends/common/layers.h"

#include <set>
#include <vector>

namespace tilewright {

void refuse_node(const Graph& graph, NodeId id, std::string code, std::string reason, std::string hint,
                 Diagnostics& diagnostics);

class LayerList {
public:
  LayerList(const Graph& graph, std::set<NodeId> host, Diagnostics& diagnostics)
      : graph_(graph), host_(std::move(host)), diagnostics_(diagnostics) {}

  // Nothing where the node is computed along with a layer that is there already.
  void add(NodeId id) {
    if (merged_.contains(id)) return;
    if (std::optional<Layer> layer = layer_of(id)) {
      if (layer->requantize) merged_.insert(*layer->requantize);
      layers_.push_back(*std::move(layer));
    }
  }

  std::vector<Layer> take() { return std::move(layers_); }

private:
  std::optional<Layer> layer_of(NodeId id);
  std::optional<std::vector<Segment>> columns_of(ValueId value) const;
  bool reach(ValueId value);
  bool spreads_widely(ValueId source, ValueId before, ValueId value) const;
  bool rearrange(ValueId source, ValueId value);
  void join_in_parts(ValueId value);
  bool gather(const LayerInput& input);
  void close_gaps(const LayerInput& input);

  const Graph& graph_;
  std::set<NodeId> host_; // and nodes of layers: no views for what reads them
  Diagnostics& diagnostics_;
  std::set<NodeId> merged_;
  std::vector<Layer> layers_;
};

} // namespace tilewright
