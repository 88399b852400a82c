// What profiling takes: PLIO, GMIO and files alike.
#pragma once

namespace adf {

struct IoAttr {};

} // namespace adf
