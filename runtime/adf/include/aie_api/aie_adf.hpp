// The AI Engine API on ADF's streams, cascades and buffers.
#pragma once

#include <adf.h>

#include "aie.hpp"
