// src/app.cpp: the graph object, and the program that runs it in a simulator.
#include "backends/common/code_writer.h"
#include "backends/common/emit.h"

namespace tilewright {

std::string emit_app(const Design& design) {
  CodeWriter code;
  code.line("// {}. The board's host updates the same parameters, by member name.", iterations_text(design));
  code.line("#include \"graph.h\"");
  code.line();
  for (const KernelGroup& group : design.groups) code.line("#include \"data_{}.h\"", group.name);
  code.line();
  code.line("network net;");
  code.line();
  code.line("#if defined(__AIESIM__) || defined(__X86SIM__)");
  code.open("int main() {");
  code.line("net.init();");
  for (const KernelGroup& group : design.groups) {
    for (const ParameterArray& array : group.parameters) {
      code.line("net.update(net.{0}[{1}], {2}[{1}], {3});", parameter_name(group, array.member), array.index,
                data_name(group, array.member), array.data.count());
    }
  }
  code.line("net.run({});", design.iterations);
  code.line("net.end();");
  code.line("return 0;");
  code.close("}");
  code.line("#endif");
  return code.take();
}

} // namespace tilewright
