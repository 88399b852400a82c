#include "runtime/driver/verify_model.h"

#include "backends/common/project_data.h"
#include "runtime/driver/comparison.h"
#include "runtime/driver/emitted_project.h"
#include "runtime/driver/emulator_run.h"
#include "runtime/driver/files.h"
#include "runtime/driver/host_nodes.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace tilewright {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_reported_layers = 10;
// Multiply-accumulates that an emulator built without optimization does in about a second; building that one takes a
// few seconds less.
constexpr std::int64_t most_work_without_optimization = 1'000'000'000;

std::int64_t multiply_accumulates(const Design& design) {
  std::int64_t sum = 0;
  for (const KernelGroup& group : design.groups)
    sum += group.multiply_accumulates;
  return sum * design.iterations;
}

class Verification {
public:
  Verification(const CompiledModel& compiled, const VerifyOptions& options, Diagnostics& diagnostics)
      : compiled_(compiled), graph_(compiled.model.graph), options_(options), diagnostics_(diagnostics),
        boundaries_(boundaries(compiled.design)) {
    for (const GraphOutput& output : graph_.outputs()) {
      report_.outputs.push_back({output.name, graph_.type(output.value).shape, 0, 0, {}, 0});
    }
  }

  std::optional<VerifyReport> operator()(std::span<const DataSet> data, const ExecutionResult& first) {
    if (scratch_.path().empty()) {
      fail(ProblemKind::tool, "verify.scratch", "cannot make a folder for temporary files");
      return std::nullopt;
    }
    work_ = multiply_accumulates(compiled_.design) * std::max<std::int64_t>(1, std::ssize(data));
    if (!build() || !run_set(0, data.empty() ? nullptr : &data[0], first)) return std::nullopt;
    for (std::size_t set = 1; set < data.size(); ++set) {
      const auto reference = run_reference(graph_, &data[set], diagnostics_);
      if (!reference || !run_set(set, &data[set], *reference)) return std::nullopt;
    }
    judge_expected();
    return report_;
  }

private:
  void fail(ProblemKind kind, std::string code, std::string reason) {
    diagnostics_.add({.kind = kind, .code = std::move(code), .reason = std::move(reason)});
  }

  bool build() {
    options_.progress("building for the host emulator");
    const fs::path project = scratch_.path() / "project";
    if (const auto error = write_files(project, compiled_.files)) {
      fail(ProblemKind::tool, "verify.write", *error);
      return false;
    }
    HostBuild host = host_build_of(compiled_.files, project, *compiled_.choice.target, *compiled_.choice.device);
    host.optimized = work_ > most_work_without_optimization;
    const fs::path objects = scratch_.path() / "objects";
    fs::create_directories(objects);
    const auto program =
        build_for_host(host, {options_.installation, options_.cache, options_.jobs, objects}, diagnostics_);
    if (!program) return false;
    program_ = program->executable;
    tile_program_ = program->tile_program;
    report_.build_seconds = program->seconds;
    return true;
  }

  // Runs the program on the reference's inputs, and compares.
  bool run_set(std::size_t number, const DataSet* data, const ExecutionResult& reference) {
    options_.progress(fmt::format("running data set {} in the emulator", number));
    const fs::path folder = scratch_.path() / fmt::format("run_{}", number);
    const EmulatorRun emulated{program_, tile_program_, folder, folder, folder / "out", folder / "dump", 0, {}};
    for (const Plio& plio : compiled_.design.plios) {
      if (plio.direction != Plio::Direction::in) continue;
      const std::string text =
          input_text(compiled_.design, *compiled_.choice.target, plio, reference.values.at(plio.value));
      if (const auto error = write_file(folder / plio.file, text)) {
        fail(ProblemKind::tool, "verify.write", *error);
        return false;
      }
    }
    std::error_code ignored;
    fs::create_directories(emulated.dump_folder, ignored);
    const CommandResult result = run_emulator(emulated);
    report_.simulate_seconds += result.seconds;
    if (!result.succeeded()) {
      report_failure(emulated, result);
      return false;
    }
    compare_boundaries(emulated, reference);
    const bool complete = compare_outputs(emulated, reference) && compare_expected(number, data, reference);
    fs::remove_all(folder, ignored);
    return complete;
  }

  // What does not fit the device is the user's to know; all else is a mistake in what we emitted.
  void report_failure(const EmulatorRun& emulated, const CommandResult& result) {
    if (result.end == CommandResult::End::exited && result.code == 4) {
      report_emulator_end(emulated, result, diagnostics_);
      return;
    }
    fail(ProblemKind::internal, "verify.emulator",
         fmt::format("the emitted project {}: {}", describe_end(result, {}), result.errors));
  }

  static std::string text_at(const EmulatorRun& emulated, const LayerBoundary& boundary) {
    const fs::path folder = boundary.is_stream ? emulated.output_folder / "data" : emulated.dump_folder;
    return read_file(folder / boundary.file).value_or("");
  }

  void compare_boundaries(const EmulatorRun& emulated, const ExecutionResult& reference) {
    for (const LayerBoundary& boundary : boundaries_) {
      const Comparison comparison =
          compare(compiled_.design, boundary, reference.values.at(boundary.value), text_at(emulated, boundary));
      ++report_.tensors_compared;
      report_.values_compared += comparison.compared;
      if (comparison.mismatches == 0 && comparison.complete) continue;
      if (++differing_layers_ > most_reported_layers) continue;
      diagnostics_.add({.kind = ProblemKind::numbers,
                        .code = "verify.layer",
                        .node = boundary.layer,
                        .tensor = graph_.value(boundary.value).name,
                        .reason = fmt::format("{} of {} elements differ between emulator and reference{}",
                                              comparison.mismatches, comparison.compared,
                                              comparison.complete ? "" : ", and their number is not as expected")});
    }
  }

  // The outputs as the host gets them: streams put together, then what the host computes behind the array.
  bool compare_outputs(const EmulatorRun& emulated, const ExecutionResult& reference) {
    const Design& design = compiled_.design;
    Values values = reference.values;
    for (const NodeId id : host_nodes_of(design)) {
      for (const ValueId result : graph_.node(id).results)
        values.erase(result);
    }
    for (const ValueId leaving : design.leaving) {
      std::vector<std::string> texts;
      for (const LayerBoundary& boundary : boundaries_) {
        if (boundary.is_stream && boundary.value == leaving) texts.push_back(text_at(emulated, boundary));
      }
      std::optional<Tensor> value = output_value(design, leaving, graph_.type(leaving), texts);
      if (!value) {
        fail(ProblemKind::internal, "verify.output",
             fmt::format("the output '{}' of the emulator is incomplete", graph_.value(leaving).name));
        return false;
      }
      values[leaving] = *std::move(value);
    }
    evaluate_nodes(graph_, host_nodes_of(design), values);
    for (std::size_t i = 0; i < graph_.outputs().size(); ++i) {
      OutputReport& output = report_.outputs[i];
      const Tensor& expected = reference.outputs[i];
      const std::int64_t mismatches = count_differences(tensor_of(graph_, values, graph_.outputs()[i].value), expected);
      output.elements += expected.count();
      output.emulator_mismatches += mismatches;
      if (mismatches == 0) continue;
      diagnostics_.add({.kind = ProblemKind::numbers,
                        .code = "verify.output",
                        .tensor = output.name,
                        .reason = fmt::format("{} of {} elements of this output differ between emulator and reference",
                                              mismatches, expected.count())});
    }
    return true;
  }

  bool compare_expected(std::size_t number, const DataSet* data, const ExecutionResult& reference) {
    if (data == nullptr) return true;
    for (std::size_t i = 0; i < data->outputs.size() && i < report_.outputs.size(); ++i) {
      const OutputUnit unit = unit_of_output(graph_, graph_.outputs()[i].value);
      const auto found = difference(reference.outputs[i], data->outputs[i], unit);
      OutputReport& output = report_.outputs[i];
      if (!found) {
        diagnostics_.add({.kind = ProblemKind::usage,
                          .code = "data.output-shape",
                          .tensor = output.name,
                          .reason = fmt::format("the expected output of data set {} has another shape", number),
                          .expected = text_of(reference.outputs[i].shape()),
                          .got = text_of(data->outputs[i].shape())});
        return false;
      }
      output.expected_mismatches = output.expected_mismatches.value_or(0) + found->mismatches;
      output.max_difference = std::max(output.max_difference, found->largest);
      units_.resize(report_.outputs.size());
      units_[i] = unit.kind;
    }
    return true;
  }

  void judge_expected() {
    for (std::size_t i = 0; i < units_.size(); ++i) {
      const OutputReport& output = report_.outputs[i];
      const Difference found{output.expected_mismatches.value_or(0), output.max_difference, 0};
      if (is_tolerated(found, output.elements, units_[i])) continue;
      diagnostics_.add(
          {.kind = ProblemKind::numbers,
           .code = "verify.expected",
           .tensor = output.name,
           .reason = fmt::format("the reference differs from the expected output in {} of {} elements, by up "
                                 "to {:.3g} {}",
                                 found.mismatches, output.elements, found.largest,
                                 units_[i] == OutputUnit::Kind::real ? "times the tolerance" : "LSB")});
    }
  }

  const CompiledModel& compiled_;
  const Graph& graph_;
  const VerifyOptions& options_;
  Diagnostics& diagnostics_;
  std::vector<LayerBoundary> boundaries_;
  ScopedFolder scratch_{"tilewright-verify-"};
  fs::path program_;
  std::int64_t work_ = 0; // multiply-accumulates of all runs
  fs::path tile_program_;
  std::size_t differing_layers_ = 0;
  std::vector<OutputUnit::Kind> units_;
  VerifyReport report_;
};

} // namespace

std::optional<VerifyReport> verify_model(const CompiledModel& compiled, std::span<const DataSet> data,
                                         const ExecutionResult& reference, const VerifyOptions& options,
                                         Diagnostics& diagnostics) {
  return Verification(compiled, options, diagnostics)(data, reference);
}

} // namespace tilewright
