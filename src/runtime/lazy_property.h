#pragma once

#include <cstdint>

namespace gyre {

/// The address that a snapshot with lazy properties refers to; it belongs among the external references.
intptr_t lazy_property_reference();

}  // namespace gyre
