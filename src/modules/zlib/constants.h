#pragma once

#include "binding/binding.h"

namespace gyre::zlib {

// Puts all numbers of zlib.constants on the native module.
void add_constants(Binding& b);

}  // namespace gyre::zlib
