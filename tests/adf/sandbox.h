// Runs an ADF program in a child process of its own, in an empty folder: a design lives as long as its process, and a
// refused one ends it.
#pragma once

#include <functional>
#include <string>
#include <vector>

struct Outcome {
  int exit_code = -1;
  std::string errors; ///< what the program wrote to stderr
};

class Sandbox {
public:
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// Writes a text file of numbers, `per_line` to a line, below the folder that inputs are read from.
  void write(const std::string& file, const std::vector<long long>& values, int per_line = 4) const;
  void write_text(const std::string& file, const std::string& text) const;
  /// The numbers of an output file.
  std::vector<long long> read(const std::string& file) const;
  std::string read_text(const std::string& file) const;
  const std::string& folder() const { return folder_; }

  /// Runs `program` in a child; its result is the exit code unless the emulator ends the child before.
  Outcome run(const std::function<int()>& program) const;

private:
  std::string folder_;
};

/// 0, 1, 2, ... or start, start + 1, ...
std::vector<long long> count(int size, int start = 0);
