// Command-line options: one table declares every option, and everything that asks for one (the
// parser, NODE_OPTIONS, --help, process.allowedNodeEnvironmentFlags, getOptionValue) reads it.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gyre {

enum class OptionKind { Flag, Text, Number, List, Engine };
enum class OptionSupport {
  Works,
  Accepted,  // taken and without effect, which is right for what it asks
  Missing,   // known, not yet done: says so and exits 9
};

// --name, described in Node's cli.md. An Engine option belongs to V8 and is handed on.
struct OptionSpec {
  const char* name;       // "--require"
  const char* shorthand;  // "-r" or ""
  OptionKind kind;
  bool in_environment;  // allowed in NODE_OPTIONS
  const char* initial;  // text of the default; "1" for a flag that is on
  OptionSupport support;
  const char* help;
};

std::span<const OptionSpec> option_table();
const OptionSpec* find_option(std::string_view name);

using OptionValue = std::variant<bool, double, std::string, std::vector<std::string>>;

struct ParsedOptions {
  std::map<std::string, OptionValue, std::less<>> values;  // every option that was given
  std::vector<std::string> exec_args;                      // what process.execArgv shows
  std::vector<std::string> engine_flags;                   // for V8
  std::vector<std::string> rest;                           // script and its arguments
  bool force_script_from_stdin = false;                    // a lone "-"
  std::vector<std::pair<std::string, bool>> env_files;     // of --env-file and --env-file-if-exists (true)

  bool flag(std::string_view name) const;
  std::string text(std::string_view name) const;
  double number(std::string_view name) const;
  std::vector<std::string> list(std::string_view name) const;
};

// What went wrong, for standard error after "executable: ".
struct OptionError {
  std::string message;
  int exit_code = 9;
};

// Parses arguments (without the executable) up to the script, after those of NODE_OPTIONS.
// Unknown options are left in engine_flags: V8 says whether it knows them.
std::variant<ParsedOptions, OptionError> parse_options(const std::vector<std::string>& args, const char* node_options);

// The files that --env-file and --env-file-if-exists name: those must be read before NODE_OPTIONS is.
std::vector<std::pair<std::string, bool>> env_files_of(const std::vector<std::string>& args);

// Splits NODE_OPTIONS as documented: spaces separate, double quotes hold together, backslash escapes.
std::variant<std::vector<std::string>, OptionError> split_node_options(std::string_view text);

}  // namespace gyre
