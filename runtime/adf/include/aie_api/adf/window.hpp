// A name that projects include; the contents are elsewhere.
#pragma once

#include "../aie_adf.hpp"
