// --run: a script of package.json. https://nodejs.org/api/cli.html#--run
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gyre {

// The name of the script that the command line asks to run, if it does.
std::optional<std::string> script_to_run(const std::vector<std::string>& args);

// Becomes the shell that runs the script with what is behind "--" in `args`. Returns, with an exit
// code, only when it cannot.
int run_script(const std::string& name, const std::vector<std::string>& args);

}  // namespace gyre
