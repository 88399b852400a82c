// Containers that every unit of a program uses: compiled once, in the library.
#pragma once

#include <string>
#include <vector>

#include "adf/kernel.hpp"
#include "adf/port.hpp"
#include "adf_engine/network.hpp"

// The library's own unit defines this as `template`.
#ifndef TILEWRIGHT_ADF_TEMPLATE
#define TILEWRIGHT_ADF_TEMPLATE extern template
#endif

TILEWRIGHT_ADF_TEMPLATE class std::basic_string<char>;
TILEWRIGHT_ADF_TEMPLATE class std::vector<int>;
TILEWRIGHT_ADF_TEMPLATE class std::vector<adf::parameter>;
TILEWRIGHT_ADF_TEMPLATE class std::vector<adf::port<adf::inout>>;
TILEWRIGHT_ADF_TEMPLATE class std::vector<adf::port<adf::input>>;
TILEWRIGHT_ADF_TEMPLATE class std::vector<adf::port<adf::output>>;
TILEWRIGHT_ADF_TEMPLATE class std::vector<tilewright::adf::KernelParameter>;
TILEWRIGHT_ADF_TEMPLATE class std::vector<tilewright::adf::MemoryPlace>;
TILEWRIGHT_ADF_TEMPLATE class std::vector<tilewright::adf::Port>;
TILEWRIGHT_ADF_TEMPLATE class std::vector<tilewright::adf::Tiling>;
