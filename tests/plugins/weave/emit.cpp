#include "weave_backend.h"

#include "backends/common/code_writer.h"
#include "backends/common/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weave {

using namespace tilewright;

namespace {

std::string emit_layer(const KernelGroup& group) {
  CodeWriter code;
  code.line("// {}", comment_text(group.origin));
  code.line("#pragma once");
  code.line("#include \"../weave.h\"");
  code.open(fmt::format("struct {} {{", group.name));
  for (const ConfigEntry& entry : group.config)
    code.line("static constexpr {} {} = {};", entry.type, entry.name, entry.value);
  code.line("static constexpr int columns = {};", group.outputs.front().pattern.buffer_dimension[0]);
  code.line("static constexpr int inner = {};", group.inputs.front().pattern.buffer_dimension[0]);
  for (const ParameterArray& array : group.parameters) {
    code.line("static constexpr std::int64_t {}[] = {{{}}};", array.member, fmt::join(to_int64(array.data), ","));
  }
  code.close("};");
  return code.take();
}

std::string emit_program(const EmitContext& context) {
  const Design& design = context.design;
  CodeWriter code;
  code.line("// {} on the Weave.", comment_text(design.model));
  for (const KernelGroup& group : design.groups)
    code.line("#include \"parameters/{}.h\"", group.name);
  code.line();
  code.open("int main() {");
  code.line("array weave;");
  code.open(fmt::format("for (int iteration = 0; iteration < {}; ++iteration) {{", design.iterations));
  for (const Plio& plio : design.plios) {
    if (plio.direction == Plio::Direction::in) {
      code.line("const matrix v{} = weave.read(\"{}\", {});", plio.value.index, plio.file, plio.features);
    }
  }
  int dumped = 0;
  for (const KernelGroup& group : design.groups) {
    const ValueId input = context.graph.node(group.node).operands.front();
    code.line("const matrix v{} = {}<{}>(v{});", group.output.index, group.kernel, group.name, input.index);
    for (const Port& port : group.outputs) {
      code.line("weave.dump({}, v{}, {}, {});", dumped++, group.output.index, port.pattern.offset[0],
                port.pattern.tiling_dimension[0]);
    }
  }
  for (const Plio& plio : design.plios) {
    if (plio.direction == Plio::Direction::out) code.line("weave.write(\"{}\", v{});", plio.file, plio.value.index);
  }
  code.close("}");
  code.line("return weave.good() ? 0 : 3;");
  code.close("}");
  return code.take();
}

} // namespace

Files emit(const EmitContext& context) {
  Files files;
  files["src/app.cpp"] = emit_program(context);
  files["src/weave.h"] = context.kernels.find("weave.h")->text;
  for (const KernelGroup& group : context.design.groups)
    files["src/parameters/" + group.name + ".h"] = emit_layer(group);
  files["design.json"] = design_json(context.graph, context.design, context.target, context.device);
  return files;
}

} // namespace weave
