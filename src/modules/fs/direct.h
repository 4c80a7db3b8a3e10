// The synchronous calls of which programs make the most, without the general conversion of arguments:
// optimized code calls them like C++ does.
#pragma once

#include "binding/binding.h"

namespace gyre::fs {

void bind_direct(Binding& b);

}  // namespace gyre::fs
