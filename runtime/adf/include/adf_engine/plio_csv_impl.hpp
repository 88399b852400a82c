#pragma once

#include <limits>

#include "plio_csv.hpp"
#include "plio_text_impl.hpp"

namespace tilewright::adf {

namespace csv_detail {

inline std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

inline std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const std::size_t comma = line.find(',');
    fields.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

/// What the header says of each column.
struct Columns {
  std::vector<std::size_t> data;
  std::size_t last = none, keep = none;
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
};

inline bool number(std::string_view field, std::int64_t& value) {
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  return error == std::errc() && end == field.data() + field.size();
}

/// "DATA", "DATA:3", "STALL:10": true, with the count, if `field` is this command.
inline bool is_command(std::string_view field, std::string_view command, std::int64_t& count) {
  if (field.substr(0, command.size()) != command) return false;
  field.remove_prefix(command.size());
  count = 1;
  if (field.empty()) return true;
  return field.front() == ':' && number(trimmed(field.substr(1)), count) && count >= 0;
}

/// Bytes of the word that starts at `begin`, without those whose bit in TKEEP is 0.
inline void keep_bytes(std::vector<std::uint8_t>& bytes, std::size_t begin, std::int64_t keep) {
  std::size_t kept = begin;
  for (std::size_t i = begin; i < bytes.size(); ++i)
    if (i - begin >= 63 || (keep >> (i - begin) & 1) != 0) bytes[kept++] = bytes[i];
  bytes.resize(kept);
}

} // namespace csv_detail

TILEWRIGHT_ADF_FUNCTION bool is_csv(std::string_view file) {
  return file.size() >= 4 && file.substr(file.size() - 4) == ".csv";
}

TILEWRIGHT_ADF_FUNCTION std::string parse_csv(const std::string& text, ElementType element, bool hexadecimal,
                                              std::vector<std::uint8_t>& bytes, std::vector<std::size_t>& last) {
  using namespace csv_detail;
  Columns columns;
  bool in_header = true;
  std::string_view rest = text;
  for (std::size_t line = 1; !rest.empty(); ++line) {
    const std::size_t end = rest.find('\n');
    const std::vector<std::string_view> fields = fields_of(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (fields.size() == 1 && fields[0].empty()) continue;
    const std::string place = "line " + std::to_string(line) + ": ";
    if (in_header) {
      in_header = false;
      for (std::size_t i = 1; i < fields.size(); ++i) {
        if (fields[i] == "TLAST")
          columns.last = i;
        else if (fields[i] == "TKEEP")
          columns.keep = i;
        else
          columns.data.push_back(i);
      }
      if (fields[0] != "CMD" || columns.data.empty()) return place + "the header is not \"CMD,D,...,TLAST,TKEEP\"";
      continue;
    }
    std::int64_t count = 0;
    if (is_command(fields[0], "STALL", count)) continue;
    if (!is_command(fields[0], "DATA", count))
      return place + "\"" + std::string(fields[0]) + "\" is neither DATA nor STALL";
    std::int64_t is_last = 0, keep = -1;
    if (columns.last < fields.size() && !number(fields[columns.last], is_last)) return place + "TLAST is no number";
    if (columns.keep < fields.size() && !number(fields[columns.keep], keep)) return place + "TKEEP is no number";
    std::vector<std::uint8_t> word;
    for (const std::size_t column : columns.data) {
      const std::string_view field = column < fields.size() ? fields[column] : std::string_view();
      if (field.empty() ||
          !text_detail::parse_field(field.data(), field.data() + field.size(), element.kind, hexadecimal, word))
        return place + "\"" + std::string(field) + "\" is not a value of type " + element_name(element.kind);
    }
    keep_bytes(word, 0, keep);
    for (std::int64_t i = 0; i < count; ++i) {
      bytes.insert(bytes.end(), word.begin(), word.end());
      if (is_last != 0) last.push_back(bytes.size());
    }
  }
  return {};
}

TILEWRIGHT_ADF_FUNCTION std::string csv_header(std::size_t values, ElementType element) {
  std::string header = "CMD";
  for (std::size_t i = 0; i < values * fields_per_element(element); ++i)
    header += ",D";
  return header + ",TLAST,TKEEP\n";
}

} // namespace tilewright::adf
