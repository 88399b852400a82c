#include "sandbox.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

Sandbox::Sandbox() {
  char name[] = "/tmp/tilewright_adf_XXXXXX";
  folder_ = mkdtemp(name);
}

Sandbox::~Sandbox() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Sandbox::write(const std::string& file, const std::vector<long long>& values, int per_line) const {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i)
    text += std::to_string(values[i]) + ((i + 1) % static_cast<std::size_t>(per_line) == 0 ? "\n" : " ");
  write_text(file, text);
}

void Sandbox::write_text(const std::string& file, const std::string& text) const {
  std::ofstream(folder_ + "/" + file) << text;
}

std::string Sandbox::read_text(const std::string& file) const {
  std::ostringstream text;
  text << std::ifstream(folder_ + "/" + file).rdbuf();
  return text.str();
}

std::vector<long long> Sandbox::read(const std::string& file) const {
  std::istringstream text(read_text(file));
  std::vector<long long> values;
  for (long long value = 0; text >> value;)
    values.push_back(value);
  return values;
}

Outcome Sandbox::run(const std::function<int()>& program) const {
  const std::string error_file = folder_ + "/stderr";
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    setenv("TILEWRIGHT_ADF_INPUT_DIR", folder_.c_str(), 1);
    setenv("TILEWRIGHT_ADF_OUTPUT_DIR", folder_.c_str(), 1);
    if (std::freopen(error_file.c_str(), "w", stderr) == nullptr) std::_Exit(99);
    const int result = program();
    std::fflush(nullptr);
    std::_Exit(result);
  }
  int status = 0;
  waitpid(child, &status, 0);
  Outcome outcome;
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  std::ostringstream text;
  text << std::ifstream(error_file).rdbuf();
  outcome.errors = text.str();
  return outcome;
}

std::vector<long long> count(int size, int start) {
  std::vector<long long> values;
  for (int i = 0; i < size; ++i)
    values.push_back(start + i);
  return values;
}
