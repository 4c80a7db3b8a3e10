#pragma once

#include <cstdint>

namespace gyre {

/// The address that a snapshot with lazy globals refers to; it belongs among the external references.
intptr_t lazy_global_reference();

}  // namespace gyre
