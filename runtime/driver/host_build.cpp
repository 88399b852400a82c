#include "runtime/driver/host_build.h"

#include "runtime/driver/files.h"
#include "runtime/driver/include_scan.h"
#include "runtime/driver/precompiled_headers.h"
#include "runtime/driver/process.h"
#include "runtime/driver/program_variables.h"
#include "runtime/driver/sha256.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <sstream>
#include <thread>

namespace tilewright {

namespace fs = std::filesystem;

namespace {

// A program with undefined functions is linked statically, which a library that needs sanitizers can't be: such a
// program is built from the headers alone.
bool uses_library(const HostBuild& build, const Installation& installation) {
  return !build.allow_undefined || installation.emulator_flags().empty();
}

// The compiler's own flags; optimized, the same that the emitted Makefile uses for `hostsim`.
std::vector<std::string> compiler_flags(const HostBuild& build, const Installation& installation) {
  std::vector<std::string> flags = {"-std=c++20", build.optimized ? "-O2" : "-O0", "-march=native", "-pthread",
                                    // For the second link, as a library of which every tile has a copy.
                                    "-fPIC", "-fno-gnu-unique", fmt::format("-D__AIE_ARCH__={}", build.architecture)};
  if (uses_library(build, installation)) {
    flags.push_back("-DTILEWRIGHT_ADF_LIBRARY");
    for (const std::string& flag : installation.emulator_flags())
      flags.push_back(flag);
  }
  for (const std::string& define : build.defines) {
    flags.push_back("-D" + define);
    // Debug mode reports source lines.
    if (define == "TILEWRIGHT_ADF_DEBUG") flags.push_back("-g");
  }
  for (const fs::path& folder : build.include_folders)
    flags.push_back("-I" + folder.string());
  flags.push_back("-I" + installation.emulator_headers().string());
  return flags;
}

std::string compiler_name() {
  const char* chosen = std::getenv("CXX");
  return chosen != nullptr && *chosen != '\0' ? chosen : "g++";
}

// What -march=native stands for here: a cache may be shared by machines.
std::string native_flags(const std::string& compiler) {
  return run({.arguments = {compiler, "-march=native", "-###", "-E", "-x", "c", "/dev/null"}}).errors;
}

void add_tool_error(Diagnostics& diagnostics, std::string code, std::string reason, std::string hint = {}) {
  diagnostics.add(
      {.kind = ProblemKind::tool, .code = std::move(code), .reason = std::move(reason), .hint = std::move(hint)});
}

// A message of the compiler or the linker that says what is wrong; "ld returned 1 exit status" follows the ones that
// do.
bool is_error_line(const std::string& line) {
  if (line.find("ld returned") != std::string::npos) return false;
  return line.find("error:") != std::string::npos || line.find("undefined reference") != std::string::npos ||
         line.find("multiple definition") != std::string::npos;
}

// The compiler's errors one by one, or the end of what it said when it names none.
void report_failure(const Command& command, const CommandResult& result, std::string_view what,
                    Diagnostics& diagnostics) {
  constexpr int most = 5;
  int shown = 0;
  std::istringstream lines(result.errors);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) last = line;
    if (is_error_line(line) && shown++ < most) add_tool_error(diagnostics, "build.compiler", line);
  }
  if (shown == 0) {
    add_tool_error(
        diagnostics, "build.compiler",
        fmt::format("{} of {} {}: {}", command.arguments.front(), what, describe_end(result, command), last));
  }
}

struct Unit {
  fs::path source;
  std::string key; // empty: not to be cached
  fs::path object;
};

// Everything that the installation adds to a build.
std::string installation_hash(const Installation& installation) {
  std::vector<fs::path> headers;
  for (const auto& entry : fs::recursive_directory_iterator(installation.emulator_headers())) {
    if (entry.is_regular_file()) headers.push_back(entry.path());
  }
  std::sort(headers.begin(), headers.end());
  Sha256 hash;
  for (const fs::path& header : headers) {
    hash.add_field(header.lexically_relative(installation.prefix).string());
    hash.add_field(read_file(header).value_or(""));
  }
  hash.add_field(read_file(installation.emulator_library()).value_or(""));
  return hash.finish();
}

// Empty when the files that the unit reads can't be told from its text.
std::string key_of(const fs::path& source, const HostBuild& build, const std::string& common) {
  std::vector<fs::path> folders;
  for (const fs::path& folder : build.include_folders)
    folders.push_back(build.folder / folder);
  const IncludeScan scan = reached_files(build.folder / source, folders);
  if (!scan.complete) return {};
  Sha256 hash;
  hash.add_field(common);
  for (const fs::path& file : scan.files) {
    // A generated unit lies in a scratch folder of another name each time.
    const bool is_source = file == scan.files.front();
    hash.add_field((is_source ? file.filename() : file.lexically_relative(build.folder)).string());
    hash.add_field(read_file(file).value_or(""));
  }
  return hash.finish();
}

// Runs work(0) to work(count - 1) on up to `jobs` threads.
template <class Work> void run_parallel(std::size_t count, int jobs, const Work& work) {
  std::atomic<std::size_t> next = 0;
  const auto worker = [&] {
    for (std::size_t i = next++; i < count; i = next++)
      work(i);
  };
  std::vector<std::jthread> threads;
  const std::size_t width = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(jobs, 1)), 1, count);
  for (std::size_t i = 1; i < width; ++i)
    threads.emplace_back(worker);
  worker();
}

bool compile_all(std::vector<Unit>& units, const HostBuild& build, const HostBuildOptions& options,
                 const std::vector<std::string>& prefix, Diagnostics& diagnostics) {
  std::vector<Command> commands(units.size());
  std::vector<CommandResult> results(units.size());
  run_parallel(units.size(), options.jobs, [&](std::size_t i) {
    // In the C locale the compiler quotes in ASCII.
    commands[i] = {.arguments = prefix, .folder = build.folder, .environment = {{"LC_ALL", "C"}}};
    commands[i].arguments.insert(commands[i].arguments.end(),
                                 {"-c", units[i].source.string(), "-o", units[i].object.string()});
    results[i] = run(commands[i]);
  });
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (!results[i].succeeded()) report_failure(commands[i], results[i], units[i].source.string(), diagnostics);
  }
  return std::all_of(results.begin(), results.end(), [](const CommandResult& result) { return result.succeeded(); });
}

} // namespace

std::optional<HostProgram> build_for_host(const HostBuild& build, const HostBuildOptions& options,
                                          Diagnostics& diagnostics) {
  const auto begin = std::chrono::steady_clock::now();
  if (const auto missing = missing_part(options.installation)) {
    add_tool_error(diagnostics, "build.installation", *missing, "install Tilewright anew");
    return std::nullopt;
  }
  const std::string compiler = compiler_name();
  const CommandResult version = run({.arguments = {compiler, "--version"}});
  if (!version.succeeded()) {
    add_tool_error(diagnostics, "build.no-compiler",
                   fmt::format("the host compiler '{}' {}", compiler, describe_end(version, {})),
                   "install g++ 12 or newer; Debian: apt-get install g++");
    return std::nullopt;
  }

  std::vector<std::string> prefix = {compiler};
  const std::vector<std::string> flags = compiler_flags(build, options.installation);
  prefix.insert(prefix.end(), flags.begin(), flags.end());
  Sha256 common_hash;
  common_hash.add_field(version.output)
      .add_field(native_flags(compiler))
      .add_field(installation_hash(options.installation));
  for (const std::string& flag : prefix)
    common_hash.add_field(flag);
  const std::string common = common_hash.finish();

  std::vector<Unit> units;
  std::string program_key = common;
  bool cacheable = true;
  for (const fs::path& source : build.sources) {
    units.push_back({source, key_of(source, build, common), options.scratch / fmt::format("{}.o", units.size())});
    cacheable = cacheable && !units.back().key.empty();
    program_key += units.back().key;
  }
  if (build.allow_undefined) program_key += "allow undefined";
  program_key = sha256(program_key);
  const std::string tile_program_key = sha256(program_key + "tile program");
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  if (cacheable) {
    const auto program = find_cached(options.cache, program_key);
    const auto tile_program = find_cached(options.cache, tile_program_key);
    // An empty file stands for "not needed".
    if (program && tile_program) {
      return HostProgram{*program, fs::file_size(*tile_program) > 0 ? *tile_program : fs::path(), elapsed(), 0};
    }
  }

  std::vector<Unit> missing;
  std::vector<std::string> objects;
  for (Unit& unit : units) {
    const auto cached = unit.key.empty() ? std::nullopt : find_cached(options.cache, unit.key);
    if (cached) {
      unit.object = *cached;
    } else {
      missing.push_back(unit);
    }
    objects.push_back(unit.object.string());
  }
  if (!build.common_headers.empty() && !missing.empty()) {
    const PrecompiledHeaders wanted{prefix, build.common_headers, common, options.scratch};
    if (const auto header = precompiled_headers(wanted, options.cache, missing.size())) {
      prefix.insert(prefix.end(), {"-include", header->string()});
    }
  }
  if (!compile_all(missing, build, options, prefix, diagnostics)) return std::nullopt;

  // Every tile is a program of its own, so kernels of different tiles may define the same name.
  make_repeated_definitions_local(objects, options.scratch);
  const auto link = [&](std::vector<std::string> arguments, const fs::path& result_file) {
    Command command{.arguments = std::move(arguments), .folder = build.folder};
    command.arguments.insert(command.arguments.end(), {"-o", result_file.string()});
    command.arguments.insert(command.arguments.end(), objects.begin(), objects.end());
    if (uses_library(build, options.installation)) {
      for (const std::string& flag : options.installation.emulator_flags())
        command.arguments.push_back(flag);
      if (result_file.extension() != ".so")
        command.arguments.push_back(options.installation.emulator_library().string());
    }
    const CommandResult result = run(command);
    if (!result.succeeded()) report_failure(command, result, "the program", diagnostics);
    return result.succeeded();
  };
  const fs::path executable = options.scratch / "program";
  fs::path tile_program = options.scratch / "program.so";
  std::vector<std::string> link_command = {compiler, "-pthread", "-rdynamic"};
  // Static: the loader of shared programs would not let anything be missing.
  if (build.allow_undefined) link_command = {compiler, "-pthread", "-static", "-Wl,--unresolved-symbols=ignore-all"};
  if (!link(link_command, executable)) return std::nullopt;
  const bool needs_tile_program = !build.allow_undefined && kernels_have_variables(objects);
  if (!needs_tile_program) {
    write_file(tile_program, "");
  } else if (!link({compiler, "-shared", "-Wl,-Bsymbolic"}, tile_program)) {
    return std::nullopt;
  }
  for (const Unit& unit : missing) {
    if (!unit.key.empty()) store_cached(options.cache, unit.key, unit.object);
  }
  const fs::path kept = cacheable ? store_cached(options.cache, program_key, executable) : executable;
  if (cacheable) tile_program = store_cached(options.cache, tile_program_key, tile_program);
  prune(options.cache);
  return HostProgram{kept, needs_tile_program ? tile_program : fs::path(), elapsed(), missing.size()};
}

} // namespace tilewright
