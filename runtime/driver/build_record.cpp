#include "runtime/driver/build_record.h"

#include "runtime/driver/files.h"
#include "runtime/driver/random_inputs.h"
#include "runtime/driver/sha256.h"
#include "runtime/version.h"

#include <nlohmann/json.hpp>

namespace tilewright {

std::string build_record(const ModelRequest& request, const CompiledModel& compiled, bool has_data,
                         const Files& files) {
  using Json = nlohmann::ordered_json;
  const ModelSummary& summary = compiled.model.summary;
  Json record = {{"tilewright", version},
                 {"model",
                  {{"file", request.file.filename().string()},
                   {"sha256", sha256(read_file(request.file).value_or(""))},
                   {"producer", escaped(summary.producer)},
                   {"ir_version", summary.ir_version}}},
                 {"target", compiled.choice.target->name},
                 {"device", compiled.choice.device->name},
                 {"bindings", request.bindings},
                 {"batch", request.batch ? Json(*request.batch) : Json()}};
  record["model"]["opsets"] = Json::object();
  for (const auto& [domain, version] : summary.opsets) {
    record["model"]["opsets"][domain.empty() ? "ai.onnx" : escaped(domain)] = version;
  }
  record["data"] = has_data ? Json("given") : Json{{"seed", input_seed}};
  record["passes"] = Json::array();
  for (const PassRun& run : compiled.model.passes)
    record["passes"].push_back(run.pass);
  record["files"] = Json::object();
  for (const auto& [name, content] : files)
    record["files"][name] = sha256(content);
  return record.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace tilewright
