#pragma once

#include "binding/binding.h"

namespace gyre::heap {

// Snapshots, CPU profiles and the profile of garbage collections.
void bind_profiles(Binding& b);

}  // namespace gyre::heap
