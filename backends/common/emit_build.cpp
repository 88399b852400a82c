// Makefile, tool configurations, README and the twins in check/.
#include "backends/common/code_writer.h"
#include "backends/common/emit.h"
#include "backends/common/names.h"

#include <set>

namespace tilewright {

namespace {

// @NAME@ is replaced. Recipes begin with a tab.
constexpr std::string_view makefile_text =
    R"MAKE(# Builds this project with AMD's tools, or runs it on this machine with Tilewright's host emulator.
#   make hostsim check   no licence needed: build and run on the host, then compare with data/golden
#   make x86sim          AMD's functional simulator
#   make aiesim          AMD's cycle-approximate simulator
#   make hw              libadf.a for the device
PLATFORM ?= $(PLATFORM_REPO_PATHS)/@PLATFORM@/@PLATFORM@.xpfm
INCLUDES := --include=src --include=src/kernels --include=src/parameters
VPP      := v++ --compile --mode aie --config aie.cfg --platform=$(PLATFORM) $(INCLUDES)

.PHONY: hw x86sim aiesim hostsim check clean

hw: Work/libadf.a
Work/libadf.a: $(wildcard src/*.* src/*/*.*) aie.cfg
	$(VPP) --target=hw --aie.workdir=Work --aie.output-archive=libadf.a src/app.cpp
	mv libadf.a $@

aiesim: Work/libadf.a
	aiesimulator --pkg-dir=Work

x86sim: $(wildcard src/*.* src/*/*.*) aie.cfg
	$(VPP) --target=x86sim --aie.workdir=Work_x86 --aie.output-archive=libadf_x86.a src/app.cpp
	x86simulator --pkg-dir=Work_x86

# The emulator's headers: TILEWRIGHT_PREFIX is where Tilewright is installed; without it they are looked for beside the
# tilewright that PATH finds, then in the usual places.
TILEWRIGHT := $(shell command -v tilewright 2>/dev/null)
ADF_PLACES := $(TILEWRIGHT_PREFIX) $(if $(TILEWRIGHT),$(abspath $(dir $(realpath $(TILEWRIGHT)))..)) /usr/local /usr
ADF_INCLUDE ?= $(firstword $(foreach place,$(ADF_PLACES),$(wildcard $(place)/include/tilewright/adf)))
CXX ?= g++
HOST_FLAGS ?= -O2 -march=native
# With the emulator's engine as a library the units compile several times faster; the headers alone do, too.
ADF_LIBRARY := $(wildcard $(ADF_INCLUDE)/../../../lib/libtilewright_adf.a)

HOST_COMPILE = $(CXX) -std=c++20 $(HOST_FLAGS) -pthread $(if $(ADF_LIBRARY),-DTILEWRIGHT_ADF_LIBRARY) -D__AIE_ARCH__=@ARCHITECTURE@ @DEFINES@ \
  -I$(ADF_INCLUDE) -Isrc -Isrc/kernels -Isrc/parameters
HEADERS := $(wildcard src/*.h src/*/*.*)
OBJECTS := build/app.o $(patsubst check/%.cpp,build/check_%.o,$(wildcard check/*.cpp))

build/app.o: src/app.cpp $(HEADERS) | build
	$(HOST_COMPILE) -c $< -o $@
build/check_%.o: check/%.cpp $(HEADERS) | build
	$(HOST_COMPILE) -c $< -o $@
build/hostsim: $(OBJECTS)
	$(CXX) $(HOST_FLAGS) -pthread $^ $(ADF_LIBRARY) -o $@
build:
	@test -n "$(ADF_INCLUDE)" || { echo "set TILEWRIGHT_PREFIX to the folder that holds include/tilewright/adf" >&2; exit 6; }
	@mkdir -p build

hostsim: build/hostsim
	@rm -rf x86simulator_output build/dump
	TILEWRIGHT_ADF_DUMP=build/dump ./build/hostsim

# Numbers in data/golden are the reference's; "-" stands for padding, which nobody reads.
COMPARE := BEGIN { n = 0; m = 0; bad = 0 } \
           FNR == NR { for (i = 1; i <= NF; i++) golden[n++] = $$i; next } \
           { for (i = 1; i <= NF; i++) { if (m >= n || (golden[m] != "-" && golden[m] != $$i)) bad++; m++ } } \
           END { if (m < n) bad += n - m; if (bad) { print FILENAME ": " bad " of " n " values differ"; exit 1 } }

check: hostsim
	@bad=0; values=0; \
	for golden in data/golden/*.txt; do \
	  name=$$(basename "$$golden"); \
	  result=x86simulator_output/data/$$name; \
	  [ -f "$$result" ] || result=build/dump/$$name; \
	  [ -f "$$result" ] || { echo "$$name: no such output"; bad=1; continue; }; \
	  awk '$(COMPARE)' "$$golden" "$$result" || bad=1; \
	  values=$$((values + $$(tr -s ' \n' '\n\n' < "$$golden" | grep -c '[0-9]'))); \
	done; \
	if [ $$bad -ne 0 ]; then echo "check: results differ from the reference"; exit 5; fi; \
	echo "check: bit-exact, $$values values"

clean:
	rm -rf build Work Work_x86 libadf_x86.a x86simulator_output aiesimulator_output
)MAKE";

std::string replaced(std::string_view text, std::initializer_list<std::pair<std::string_view, std::string>> values) {
  std::string result(text);
  for (const auto& [name, value] : values) {
    for (std::size_t at = result.find(name); at != std::string::npos; at = result.find(name, at + value.size())) {
      result.replace(at, name.size(), value);
    }
  }
  return result;
}

} // namespace

std::vector<std::string> emulator_defines(const Device& device) {
  return {fmt::format("TILEWRIGHT_ADF_DEVICE=\"{}\"", device.name),
          fmt::format("TILEWRIGHT_ADF_ARRAY={},{},{}", device.columns, device.rows, device.memory_tile_rows)};
}

std::string emit_makefile(const Design&, const Target& target, const Device& device) {
  std::string defines;
  for (const std::string& define : emulator_defines(device)) defines += fmt::format("{}'-D{}'", defines.empty() ? "" : " ", define);
  return replaced(makefile_text, {{"@PLATFORM@", device.platform},
                                  {"@ARCHITECTURE@", fmt::format("{}", target.architecture)},
                                  {"@DEFINES@", defines}});
}

std::string emit_aie_configuration(const Target& target) {
  return fmt::format("[aie]\nkernel-linting=true\nxlopt=1\nverbose=true\npl-freq={}\n", target.plio_mhz);
}

std::string emit_system_configuration(const Design& design) {
  CodeWriter code;
  code.line("# Connects the array to programmable logic. Replace the left and right names by those of your kernels.");
  code.line("[connectivity]");
  for (const Plio& plio : design.plios) {
    if (plio.direction == Plio::Direction::in) {
      code.line("# sc=<your source>:ai_engine_0.{}", plio.name);
    } else {
      code.line("# sc=ai_engine_0.{}:<your sink>", plio.name);
    }
  }
  return code.take();
}

std::string emit_kernel_check(const Design& design, const std::string& kernel) {
  CodeWriter code;
  code.line("// Every configuration of {}.cpp that this project places: for the host emulator and the type check only.", kernel);
  code.line("#include \"../src/kernels/{}.cpp\"", kernel);
  for (const KernelGroup& group : design.groups) {
    if (group.kernel == kernel) code.line("#include \"../src/parameters/{}.h\"", config_name(group));
  }
  code.line();
  for (const KernelGroup& group : design.groups) {
    if (group.kernel != kernel) continue;
    for (const std::string& name : group.kernel_classes) code.line("template class {}<{}>;", name, config_name(group));
  }
  return code.take();
}

std::string emit_readme(const EmitContext& context) {
  const Design& design = context.design;
  CodeWriter code;
  code.line("# {} on {}", comment_text(design.model.empty() ? "A network" : design.model), context.device.name);
  code.line();
  code.line("An AI Engine project for {} ({}, {}), written by Tilewright.", context.target.summary, context.device.name,
            context.device.part);
  code.line();
  code.line("    make hostsim check   # run on this machine with Tilewright's emulator and compare; no licence needed");
  code.line("    make x86sim          # AMD's functional simulator");
  code.line("    make aiesim          # AMD's cycle-approximate simulator");
  code.line("    make hw              # libadf.a");
  code.line();
  code.line("It computes {}; {} tiles hold a kernel.", iterations_text(design), tile_count(design));
  code.line();
  code.line("| layer | kernel | tiles | at column, row | from the model |");
  code.line("|---|---|---|---|---|");
  for (const KernelGroup& group : design.groups) {
    code.line("| {} | {} | {} x {} | {}, {} | {} |", group.name, group.kernel, group.columns, group.rows,
              group.place.column, group.place.row, comment_text(group.origin));
  }
  code.line();
  code.line("| stream | file | value | columns | rows of an iteration |");
  code.line("|---|---|---|---|---|");
  for (const Plio& plio : design.plios) {
    code.line("| {} | {} | {} | {} to {} | {} to {} |", plio.name, plio.file,
              comment_text(context.graph.value(plio.value).name), plio.first_feature,
              plio.first_feature + plio.features - 1, plio.first_row, plio.first_row + plio.rows - 1);
  }
  code.line();
  code.line("- `src/`: the graph, the kernels and their parameters. `check/` instantiates the kernels for the host.");
  code.line("- `data/`: inputs, one row of the value after another, {} bits a line, padded with zeros; `data/golden/`: what", context.target.plio_bits);
  code.line("  the reference executor expects, for the outputs and for each kernel's output; \"-\" marks padding.");
  code.line("- `design.json`: tiles, buffers, access patterns, connections and what they use of the device.");
  const auto list_nodes = [&](std::string_view heading, const std::vector<NodeId>& nodes) {
    if (nodes.empty()) return;
    code.line();
    code.line("{}", heading);
    for (const NodeId id : nodes) {
      const Node& node = context.graph.node(id);
      code.line("- {} ({})", node.op->name, comment_text(text_of(node.origin)));
    }
  };
  list_nodes("The host computes before the array (`host/before.onnx`):", design.host_before);
  list_nodes("The host computes between layers (`host/island_1.onnx` ...), from streams that leave to streams that enter:",
             design.host_between);
  list_nodes("The host computes after the array (`host/after.onnx`):", design.host_after);
  return code.take();
}

} // namespace tilewright
