// node.config.json: options from a file. https://nodejs.org/api/cli.html#--experimental-config-filepath
#pragma once

#include <string>

#include "runtime/options.h"

namespace gyre {

constexpr const char* kDefaultConfigFile = "node.config.json";

// Adds what the file says to options that were read from the command line and NODE_OPTIONS, which
// have the last word. Returns why that is impossible, or ""; details have been told on standard error.
std::string apply_config_file(const std::string& path, ParsedOptions& parsed);

}  // namespace gyre
