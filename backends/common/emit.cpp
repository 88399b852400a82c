#include "backends/common/emit.h"

#include "backends/common/map_config.h"

#include <set>

namespace tilewright {

Files emit_project(const EmitContext& context) {
  const Design& design = context.design;
  Files files;
  std::set<std::string> kernels;
  for (const KernelGroup& group : design.groups) {
    kernels.insert(group.kernel);
    files["src/parameters/" + config_name(group) + ".h"] = emit_config(group);
    files["src/parameters/data_" + group.name + ".h"] = emit_parameter_data(group);
  }
  for (const std::string& kernel : kernels) {
    files["check/" + kernel + ".cpp"] = emit_kernel_check(design, kernel);
    for (const std::string& name : files_of_kernel(context.kernels, kernel)) {
      files["src/kernels/" + name] = context.kernels.find(name)->text;
    }
  }
  files["src/graph.h"] = emit_graph(design, context.target);
  files["src/app.cpp"] = emit_app(design);
  files["Makefile"] = emit_makefile(design, context.target, context.device);
  files["aie.cfg"] = emit_aie_configuration(context.target);
  files["system.cfg"] = emit_system_configuration(design);
  files["README.md"] = emit_readme(context);
  files["config.json"] = text_of(config_of(design));
  files["design.json"] = design_json(context.graph, design, context.target, context.device);
  return files;
}

} // namespace tilewright
