// Members of the public classes that need no template parameters.
#pragma once

#include "../adf/connect.hpp"
#include "../adf/constraints.hpp"
#include "../adf/kernel.hpp"

namespace adf {

TILEWRIGHT_ADF_FUNCTION kernel::kernel(int index) : id(index) {
  for (const int port_id : record().ports) {
    switch (tilewright::adf::port_record(port_id).direction) {
    case tilewright::adf::Direction::in:
      in.emplace_back(port_id);
      break;
    case tilewright::adf::Direction::out:
      out.emplace_back(port_id);
      break;
    case tilewright::adf::Direction::inout:
      inout.emplace_back(port_id);
      break;
    }
  }
  for (std::size_t i = 0; i < record().parameters.size(); ++i) {
    param.emplace_back();
    param.back().kernel = id;
    param.back().index = static_cast<int>(i);
  }
}

namespace detail {

TILEWRIGHT_ADF_FUNCTION void attach_parameter(parameter& table, const kernel& user) {
  tilewright::adf::KernelParameter record;
  record.name = "table";
  record.bytes = table.bytes;
  table.kernel = user.id;
  table.index = static_cast<int>(user.record().parameters.size());
  user.record().parameters.push_back(record);
}

TILEWRIGHT_ADF_FUNCTION void LocationSetter::operator=(const tile& t) {
  if (kernel_ != nullptr && places_ == nullptr) {
    kernel_->placed = true;
    kernel_->column = t.column;
    kernel_->row = t.row;
  } else if (places_ != nullptr) {
    *places_ = {MemoryPlace{t.column, t.row, -1, -1}};
  }
}

TILEWRIGHT_ADF_FUNCTION void LocationSetter::operator=(std::initializer_list<MemoryPlace> list) {
  if (places_ != nullptr) *places_ = list;
}

TILEWRIGHT_ADF_FUNCTION void LocationSetter::operator=(const LocationSetter& other) {
  if (other.kernel_ != nullptr && other.places_ == nullptr && other.kernel_->placed)
    *this = tile(other.kernel_->column + other.offset_.col_offset, other.kernel_->row + other.offset_.row_offset);
  else if (other.places_ != nullptr && places_ != nullptr) {
    std::vector<MemoryPlace> moved = *other.places_;
    for (MemoryPlace& place : moved) {
      place.column += other.offset_.col_offset;
      place.row += other.offset_.row_offset;
    }
    *places_ = std::move(moved);
  }
}

TILEWRIGHT_ADF_FUNCTION void LocationSetter::operator=(const location_constraint& place) {
  if (place.is_object_)
    *this = place.object_;
  else if (place.is_tile_)
    *this = tile(place.place_.column, place.place_.row);
  else
    *this = place.place_;
}

TILEWRIGHT_ADF_FUNCTION void LocationSetter::operator=(const offset& place) {
  if (places_ == nullptr) return;
  for (MemoryPlace& known : *places_)
    known.offset = place.bytes;
}

} // namespace detail
} // namespace adf
