// Typed attributes of an op: a plain struct whose one `reflect` list drives print, parse, compare and hash.
//
//   struct ClampAttributes {
//     Rational low, high;
//     void reflect(AttributeVisitor& visit) { visit.field("low", low); visit.field("high", high); }
//   };
#pragma once

#include "ir/rounding.h"
#include "ir/types.h"

#include <cassert>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

namespace tilewright {

// One overload per kind of field that an attribute struct may have.
class AttributeVisitor {
public:
  virtual ~AttributeVisitor() = default;
  virtual void field(std::string_view name, bool& value) = 0;
  virtual void field(std::string_view name, std::int64_t& value) = 0;
  virtual void field(std::string_view name, std::optional<std::int64_t>& value) = 0;
  virtual void field(std::string_view name, std::vector<std::int64_t>& value) = 0;
  virtual void field(std::string_view name, std::string& value) = 0;
  virtual void field(std::string_view name, Rational& value) = 0;
  virtual void field(std::string_view name, std::optional<Rational>& value) = 0;
  virtual void field(std::string_view name, std::vector<Rational>& value) = 0;
  virtual void field(std::string_view name, ElementType& value) = 0;
  virtual void field(std::string_view name, Rounding& value) = 0;
  virtual void field(std::string_view name, IntegerRange& value) = 0;
};

// For ops without attributes.
struct NoAttributes {
  void reflect(AttributeVisitor&) {}
};

// Any attribute struct, with value semantics.
class Attributes {
public:
  Attributes() : Attributes(of(NoAttributes{})) {}

  template <class T> static Attributes of(T value) {
    Attributes result{nullptr};
    result.holder_ = std::make_shared<const Holder<T>>(std::move(value));
    return result;
  }
  template <class T> const T& as() const {
    assert(holder_->type() == typeid(T));
    return static_cast<const Holder<T>&>(*holder_).value;
  }
  template <class T> bool holds() const { return holder_->type() == typeid(T); }
  bool same_struct(const Attributes& other) const { return holder_->type() == other.holder_->type(); }

  // Shows every field to a visitor that only reads.
  void read(AttributeVisitor& visitor) const { holder_->clone()->reflect(visitor); }
  // Lets a visitor change fields; this object only, copies are not affected.
  void edit(AttributeVisitor& visitor);

  friend bool operator==(const Attributes& a, const Attributes& b);

private:
  struct AnyHolder {
    virtual ~AnyHolder() = default;
    virtual const std::type_info& type() const = 0;
    virtual std::shared_ptr<AnyHolder> clone() const = 0;
    virtual void reflect(AttributeVisitor& visitor) = 0;
  };
  template <class T> struct Holder final : AnyHolder {
    explicit Holder(T initial) : value(std::move(initial)) {}
    const std::type_info& type() const override { return typeid(T); }
    std::shared_ptr<AnyHolder> clone() const override { return std::make_shared<Holder>(*this); }
    void reflect(AttributeVisitor& visitor) override { value.reflect(visitor); }
    T value;
  };
  explicit Attributes(std::shared_ptr<const AnyHolder> holder) : holder_(std::move(holder)) {}
  std::shared_ptr<const AnyHolder> holder_;
};

// "{name = value, ...}", "" without fields; `parse_attributes` in ir/parser.h reads it back.
std::string text_of(const Attributes& attributes);

} // namespace tilewright
