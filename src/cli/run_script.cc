#include "cli/run_script.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

#include "runtime/options.h"

#define SIMDJSON_EXCEPTIONS 0
#include "simdjson.h"

namespace gyre {
namespace {

constexpr int kFailed = 1;

// The working directory and what is above it, nearest first.
std::vector<std::string> ancestors() {
  char* folder = ::getcwd(nullptr, 0);
  std::string path = folder ? folder : "/";
  ::free(folder);
  std::vector<std::string> folders;
  for (;;) {
    folders.push_back(path);
    if (path == "/") return folders;
    path.erase(std::max<size_t>(path.rfind('/'), 1));
  }
}

std::string join(const std::string& folder, std::string_view name) {
  return (folder == "/" ? "" : folder) + '/' + std::string(name);
}

bool is_kind(const std::string& path, mode_t kind) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && (info.st_mode & S_IFMT) == kind;
}

struct Script {
  std::string name;
  std::optional<std::string> command;  // nothing if it is no string
};

// The scripts of a package.json; the reason if it has none.
std::pair<std::vector<Script>, std::string> read_scripts(const std::string& path) {
  std::vector<Script> scripts;
  simdjson::padded_string text;
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::object package, fields;
  if (simdjson::padded_string::load(path).get(text) || parser.iterate(text).get(document) ||
      document.get_object().get(package)) {
    return {scripts, "Can't parse " + path};
  }
  const auto error = package["scripts"].get_object().get(fields);
  if (error == simdjson::TAPE_ERROR) return {scripts, "Can't parse " + path};
  if (error) return {scripts, "Can't find \"scripts\" field in " + path};
  for (auto field : fields) {
    std::string_view key, command;
    simdjson::ondemand::value value;
    if (field.unescaped_key().get(key) || field.value().get(value)) return {scripts, "Can't parse " + path};
    Script script{std::string(key), std::nullopt};
    if (!value.get_string().get(command)) script.command = std::string(command);
    scripts.push_back(std::move(script));
  }
  return {scripts, ""};
}

// As one word of a shell's command.
std::string quoted(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:@%+,";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

// Programs of the packages above come first.
void extend_path(const std::vector<std::string>& folders) {
  std::string path;
  for (const std::string& folder : folders) {
    const std::string programs = join(folder, "node_modules/.bin");
    if (is_kind(programs, S_IFDIR)) path += programs + ':';
  }
  const char* old = getenv("PATH");
  setenv("PATH", (path + (old ? old : "")).c_str(), 1);
}

int refuse(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  return kFailed;
}

int refuse_missing(const std::string& name, const std::string& package, const std::vector<Script>& scripts) {
  std::string text = "Missing script: \"" + name + "\" for " + package + "\n\nAvailable scripts are:";
  for (const Script& script : scripts) {
    if (script.command) text += "\n  " + script.name + ": " + *script.command;
  }
  return refuse(text);
}

}  // namespace

std::optional<std::string> script_to_run(const std::vector<std::string>& args) {
  if (std::none_of(args.begin(), args.end(), [](const std::string& arg) { return arg.starts_with("--run"); })) {
    return std::nullopt;
  }
  auto parsed = parse_options(args, nullptr);
  const auto* options = std::get_if<ParsedOptions>(&parsed);
  if (options == nullptr || !options->values.contains("--run")) return std::nullopt;
  return options->text("--run");
}

int run_script(const std::string& name, const std::vector<std::string>& args) {
  const std::vector<std::string> folders = ancestors();
  const auto home = std::find_if(folders.begin(), folders.end(), [](const std::string& folder) {
    return is_kind(join(folder, "package.json"), S_IFREG);
  });
  if (home == folders.end()) return refuse("Can't find package.json for directory " + folders[0]);
  const std::string package = join(*home, "package.json");
  const auto [scripts, problem] = read_scripts(package);
  if (!problem.empty()) return refuse(problem);
  const auto script =
      std::find_if(scripts.begin(), scripts.end(), [&](const Script& each) { return each.name == name; });
  if (script == scripts.end()) return refuse_missing(name, package, scripts);
  if (!script->command) return refuse("Script \"" + name + "\" is unexpectedly not a string for " + package + "\n");

  std::string command = *script->command;
  if (const auto end = std::find(args.begin(), args.end(), "--"); end != args.end()) {
    for (auto at = end + 1; at != args.end(); ++at) command += ' ' + quoted(*at);
  }
  extend_path(folders);
  setenv("NODE_RUN_SCRIPT_NAME", name.c_str(), 1);
  setenv("NODE_RUN_PACKAGE_JSON_PATH", package.c_str(), 1);
  if (::chdir(home->c_str()) != 0) return refuse("Can't enter " + *home);
  ::execl("/bin/sh", "/bin/sh", "-c", command.c_str(), nullptr);
  return refuse("Can't run /bin/sh");
}

}  // namespace gyre
