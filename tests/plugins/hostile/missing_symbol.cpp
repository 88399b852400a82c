// Has the stamp, but no entry.
#include "runtime/plugin/plugin.h"
