#include "ir/attributes.h"

#include "ir/literals.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

// Writes "name = value" for every field, all of them and in the order of the struct's one list.
class Writer final : public AttributeVisitor {
public:
  void field(std::string_view name, bool& value) override { add(name, value ? "true" : "false"); }
  void field(std::string_view name, std::int64_t& value) override { add(name, fmt::format("{}", value)); }
  void field(std::string_view name, std::optional<std::int64_t>& value) override {
    add(name, value ? fmt::format("{}", *value) : "none");
  }
  void field(std::string_view name, std::vector<std::int64_t>& value) override {
    add(name, fmt::format("[{}]", fmt::join(value, ", ")));
  }
  void field(std::string_view name, std::string& value) override { add(name, quoted(value)); }
  void field(std::string_view name, Rational& value) override { add(name, value.text()); }
  void field(std::string_view name, std::optional<Rational>& value) override {
    add(name, value ? value->text() : "none");
  }
  void field(std::string_view name, std::vector<Rational>& value) override {
    std::string list;
    for (const Rational& entry : value) {
      if (!list.empty()) list += ", ";
      list += entry.text();
    }
    add(name, fmt::format("[{}]", list));
  }
  void field(std::string_view name, ElementType& value) override { add(name, name_of(value)); }
  void field(std::string_view name, Rounding& value) override { add(name, name_of(value)); }
  void field(std::string_view name, IntegerRange& value) override {
    add(name, fmt::format("[{}, {}]", value.min, value.max));
  }

  std::string text;

private:
  void add(std::string_view name, std::string_view value) {
    if (!text.empty()) text += ", ";
    text += name;
    text += " = ";
    text += value;
  }
};

} // namespace

void Attributes::edit(AttributeVisitor& visitor) {
  std::shared_ptr<AnyHolder> copy = holder_->clone();
  copy->reflect(visitor);
  holder_ = std::move(copy);
}

// The text form is exact for every kind of field, so equal texts of one type are equal values.
bool operator==(const Attributes& a, const Attributes& b) {
  return a.holder_ == b.holder_ || (a.holder_->type() == b.holder_->type() && text_of(a) == text_of(b));
}

std::string text_of(const Attributes& attributes) {
  Writer writer;
  attributes.read(writer);
  return writer.text.empty() ? "" : fmt::format("{{{}}}", writer.text);
}

} // namespace tilewright
