// What the options of a command line must fulfil beyond the form of each.
#pragma once

#include <optional>

#include "runtime/options.h"

namespace gyre {

// Why the program cannot run with these options, if so.
std::optional<OptionError> check_options(const ParsedOptions& parsed);

}  // namespace gyre
