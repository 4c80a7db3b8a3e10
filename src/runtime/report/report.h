// The diagnostic report: what there is to know of the process and its threads, as JSON.
// https://nodejs.org/api/report.html
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/report/json_writer.h"

namespace gyre {
class Environment;
struct ParsedOptions;
}  // namespace gyre

namespace gyre::report {

// What a report is made for, and the JavaScript stack of it.
struct Cause {
  std::string event;
  std::string trigger;
  std::string message = "No stack.";
  std::vector<std::string> stack = {"Unavailable."};
  std::vector<std::pair<std::string, std::string>> properties = {};
};

// The --report-* options, which script may change: the same for all threads.
struct Settings {
  std::string directory;
  std::string filename;
  bool compact = false;
  bool exclude_network = false;
  bool exclude_env = false;
  bool on_fatal_error = false;
};
Settings settings();
void take_options(const ParsedOptions& options);
void change_settings(const std::function<void(Settings&)>& change);

// The report of a thread, and in it those of the workers that it started. `env` may be nullptr in a
// thread that runs no JavaScript.
std::string make(Environment* env, const Cause& cause, const std::optional<std::string>& filename, bool compact);

// Writes a report to a file (to one with a telling name if `filename` is empty; "stdout" and "stderr"
// are those) and says so on standard error. Returns the file's name, or "" if it can't be written.
std::string write(Environment* env, const Cause& cause, std::string filename);

// A fatal error ends the process: writes a report if that was asked for.
void write_for_fatal_error(const char* trigger, const char* message);

// Sections, by what they tell of.
void write_header(JsonWriter& json, Environment* env, const Cause& cause, const std::optional<std::string>& filename,
                  bool with_network);
void write_native_stack(JsonWriter& json);
void write_resource_usage(JsonWriter& json, Environment* env);
void write_environment_variables(JsonWriter& json);
void write_user_limits(JsonWriter& json);
void write_shared_objects(JsonWriter& json);
void write_handles(JsonWriter& json, Environment& env, bool with_network);

}  // namespace gyre::report
