// Files of environment variables: NAME=value lines, as --env-file and util.parseEnv() read them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gyre {

// The assignments of a .env file's text, in order. What is no assignment is passed over.
std::vector<std::pair<std::string, std::string>> parse_env_file(std::string_view text);

// Puts the variables of the files that --env-file and --env-file-if-exists name into the process's
// environment. What is set already stays; of files, the later one wins. Returns why the program
// cannot be started, or "".
std::string load_env_files(const std::vector<std::string>& args);

}  // namespace gyre
