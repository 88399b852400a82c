// The Weave, as a program sees it: matrices of 16 rows, a multiplier of blocks, requantization, and streams as files.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

constexpr int block_rows = 16, block_inner = 4, block_columns = 16;

struct matrix {
  int columns = 0;
  std::vector<std::int64_t> values; // block_rows x columns
  explicit matrix(int columns) : columns(columns), values(std::size_t(block_rows) * columns) {}
  std::int64_t& at(int row, int column) { return values[std::size_t(row) * columns + column]; }
  std::int64_t at(int row, int column) const {
    return column < columns ? values[std::size_t(row) * columns + column] : 0;
  }
};

enum class rounding {
  half_even,
  half_odd,
  half_away,
  half_toward_zero,
  half_up,
  half_down,
  floor,
  ceil,
  toward_zero,
  away_from_zero
};

// value / 2^shift.
inline std::int64_t rounded(__int128 value, int shift, rounding mode) {
  const __int128 down = value >> shift;
  const __int128 rest = value - (down << shift);
  if (rest == 0) return std::int64_t(down);
  const bool negative = value < 0;
  const __int128 twice = 2 * rest, one = __int128(1) << shift;
  const bool nearest = mode <= rounding::half_down;
  bool up = twice > one;
  if (nearest && twice == one) {
    const bool odd = (down & 1) != 0;
    up = mode == rounding::half_even   ? odd
         : mode == rounding::half_odd  ? !odd
         : mode == rounding::half_up   ? true
         : mode == rounding::half_down ? false
         : mode == rounding::half_away ? !negative
                                       : negative;
  }
  if (mode == rounding::floor) up = false;
  if (mode == rounding::ceil) up = true;
  if (mode == rounding::toward_zero) up = negative;
  if (mode == rounding::away_from_zero) up = !negative;
  return std::int64_t(down + (up ? 1 : 0));
}

template <class layer> std::int64_t requantized(std::int64_t sum, int column) {
  if constexpr (!layer::requantize) return sum;
  const __int128 value = __int128(sum) * layer::multiplier[column] + layer::addend[column];
  return std::clamp(rounded(value, layer::shift, layer::mode), layer::low, layer::high);
}

// 16 x 16 sums += 16 x 4 activations * 4 x 16 weights.
inline void multiply_block(const matrix& in, int first, const std::int64_t* weights, std::int64_t* sums) {
  for (int row = 0; row < block_rows; ++row)
    for (int k = 0; k < block_inner; ++k)
      for (int column = 0; column < block_columns; ++column)
        sums[row * block_columns + column] += in.at(row, first + k) * weights[k * block_columns + column];
}

template <class layer> matrix dense(const matrix& in) {
  matrix out(layer::columns);
  const std::int64_t* weights = layer::weights;
  for (int first = 0; first < layer::columns; first += block_columns) {
    std::int64_t sums[block_rows * block_columns];
    for (int i = 0; i < block_rows * block_columns; ++i)
      sums[i] = layer::bias[first + i % block_columns];
    for (int k = 0; k < layer::inner; k += block_inner, weights += block_inner * block_columns)
      multiply_block(in, k, weights, sums);
    for (int i = 0; i < block_rows * block_columns; ++i) {
      const int column = first + i % block_columns;
      out.at(i / block_columns, column) = requantized<layer>(sums[i], column);
    }
  }
  return out;
}

template <class layer> matrix requantize(const matrix& in) {
  matrix out(layer::columns);
  for (int row = 0; row < block_rows; ++row)
    for (int column = 0; column < layer::columns; ++column)
      out.at(row, column) = requantized<layer>(in.at(row, column), column);
  return out;
}

class array {
public:
  matrix read(const std::string& name, int columns) {
    auto [stream, is_new] = inputs_.try_emplace(name);
    if (is_new) stream->second.open(folder("TILEWRIGHT_ADF_INPUT_DIR", ".") / name);
    matrix result(columns);
    for (std::int64_t& value : result.values)
      good_ = bool(stream->second >> value) && good_;
    return result;
  }
  void write(const std::string& name, const matrix& values) {
    append(folder("TILEWRIGHT_ADF_OUTPUT_DIR", "out") / name, values, 0, values.columns);
  }
  void dump(int tile, const matrix& values, int first, int columns) {
    if (std::getenv("TILEWRIGHT_ADF_DUMP") == nullptr) return;
    append(folder("TILEWRIGHT_ADF_DUMP", "") / ("k" + std::to_string(tile) + ".out[0].txt"), values, first, columns);
  }
  bool good() const { return good_; }

private:
  static std::filesystem::path folder(const char* variable, const char* otherwise) {
    const char* value = std::getenv(variable);
    return value != nullptr ? value : otherwise;
  }
  void append(const std::filesystem::path& file, const matrix& values, int first, int columns) {
    std::ofstream& stream = outputs_[file.string()];
    if (!stream.is_open()) {
      std::filesystem::create_directories(file.parent_path());
      stream.open(file);
    }
    for (int row = 0; row < block_rows; ++row)
      for (int column = first; column < first + columns; ++column)
        stream << values.at(row, column) << '\n';
    good_ = bool(stream) && good_;
  }
  std::map<std::string, std::ifstream> inputs_;
  std::map<std::string, std::ofstream> outputs_;
  bool good_ = true;
};
