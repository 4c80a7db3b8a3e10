#include "runtime/config_file.h"

#include <errno.h>
#include <string.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>

#define SIMDJSON_EXCEPTIONS 0
#include "simdjson.h"

namespace gyre {
namespace {

using simdjson::ondemand::json_type;
using simdjson::ondemand::object;
using simdjson::ondemand::value;

// The sections of a file, and which options may be in each.
struct Section {
  std::string_view name;
  bool (*takes)(const OptionSpec& spec);
};
constexpr Section kSections[] = {
    {"nodeOptions", [](const OptionSpec& spec) { return spec.in_environment; }},
    {"test",
     [](const OptionSpec& spec) {
       const std::string_view name = spec.name;
       return name.starts_with("--test") || name.starts_with("--experimental-test");
     }},
    {"watch", [](const OptionSpec& spec) { return std::string_view(spec.name).starts_with("--watch"); }},
    {"permission", [](const OptionSpec& spec) { return std::string_view(spec.name).starts_with("--allow-"); }},
};

class Reader {
 public:
  Reader(const std::string& path, ParsedOptions& parsed) : path_(path), parsed_(parsed) {}

  // Why the content cannot be used; "" when it can, and then it is in effect.
  std::string read(const simdjson::padded_string& text) {
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    if (parser.iterate(text).get(document)) return unreadable();
    json_type type;
    if (document.type().get(type)) return unreadable();
    object root;
    if (type != json_type::object) return "Root value unexpected not an object for " + path_ + "\n";
    if (document.get_object().get(root)) return unreadable();
    for (auto field : root) {
      std::string_view key;
      value content;
      if (field.unescaped_key().get(key) || field.value().get(content)) return unreadable();
      if (key == "$schema") continue;
      if (std::string problem = read_section(std::string(key), content); !problem.empty()) return problem;
    }
    if (!document.at_end()) return unreadable();
    for (auto& [name, option] : found_) merge(name, std::move(option));
    return "";
  }

 private:
  std::string unreadable() const { return "Can't parse " + path_; }

  std::string read_section(const std::string& name, value content) {
    const auto* section = std::find_if(std::begin(kSections), std::end(kSections),
                                       [&](const Section& each) { return each.name == name; });
    if (section == std::end(kSections)) return "Unknown namespace " + name;
    json_type type;
    object options;
    if (content.type().get(type)) return unreadable();
    if (type != json_type::object || content.get_object().get(options)) {
      return '"' + name + "\" value unexpected for " + path_ + " (should be an object)";
    }
    for (auto field : options) {
      std::string_view key;
      value given;
      if (field.unescaped_key().get(key) || field.value().get(given)) return unreadable();
      const OptionSpec* spec = find_option("--" + std::string(key));
      if (!spec || !section->takes(*spec)) {
        return "Unknown or not allowed option " + std::string(key) + " for namespace " + name;
      }
      if (std::string problem = read_option(*spec, given); !problem.empty()) return problem;
    }
    return "";
  }

  std::string read_option(const OptionSpec& spec, value given) {
    const std::string name = spec.name;
    if (found_.contains(name)) return "Option " + name + " is already defined";
    if (spec.kind == OptionKind::Engine) return "V8 flag " + name + " is currently not supported";
    if (spec.support == OptionSupport::Accepted) return "No-op flag " + name + " is currently not supported";
    if (spec.support == OptionSupport::Missing) return name + " is not supported yet";
    const auto option = value_of(spec, given);
    if (!option) return "Invalid value for " + name;
    found_.emplace(name, *option);
    return "";
  }

  static bool is_inspect_switch(const OptionSpec& spec) {
    const std::string_view name = spec.name;
    return name == "--inspect" || name == "--inspect-brk" || name == "--inspect-wait";
  }

  static std::optional<OptionValue> value_of(const OptionSpec& spec, value given) {
    bool flag;
    uint64_t number;
    std::string_view text;
    switch (spec.kind) {
      case OptionKind::Flag:
        if (given.get_bool().get(flag)) return std::nullopt;
        return flag;
      case OptionKind::Number:
        if (given.get_uint64().get(number)) return std::nullopt;
        return static_cast<double>(number);
      case OptionKind::List: return list_of(given);
      default:
        // A port may be a number; --inspect and its like are switches.
        if (is_inspect_switch(spec)) {
          if (given.get_bool().get(flag)) return std::nullopt;
          return flag;
        }
        if (!given.get_string().get(text)) return std::string(text);
        if (std::string_view(spec.name) != "--inspect-port" || given.get_uint64().get(number)) return std::nullopt;
        return std::to_string(number);
    }
  }

  static std::optional<OptionValue> list_of(value given) {
    std::string_view text;
    if (!given.get_string().get(text)) return std::vector<std::string>{std::string(text)};
    simdjson::ondemand::array items;
    if (given.get_array().get(items)) return std::nullopt;
    std::vector<std::string> list;
    for (auto item : items) {
      if (item.get_string().get(text)) return std::nullopt;
      list.emplace_back(text);
    }
    return list;
  }

  // What was given elsewhere counts more; lists come together.
  void merge(const std::string& name, OptionValue option) {
    if (const bool* on = std::get_if<bool>(&option); on && find_option(name)->kind == OptionKind::Text) {
      if (!*on) return;
      option = std::string();
    }
    const auto at = parsed_.values.find(name);
    if (at == parsed_.values.end()) {
      parsed_.values.emplace(name, std::move(option));
      return;
    }
    auto* own = std::get_if<std::vector<std::string>>(&option);
    const auto* given = std::get_if<std::vector<std::string>>(&at->second);
    if (!own || !given) return;
    own->insert(own->end(), given->begin(), given->end());
    at->second = std::move(option);
  }

  const std::string& path_;
  ParsedOptions& parsed_;
  std::map<std::string, OptionValue> found_;
};

}  // namespace

std::string apply_config_file(const std::string& path, ParsedOptions& parsed) {
  std::FILE* file = std::fopen(path.c_str(), "r");
  if (file == nullptr) {
    const int error = errno;
    std::fprintf(stderr, "Cannot read configuration from %s: %s\n", path.c_str(),
                 error == ENOENT   ? "no such file or directory"
                 : error == EACCES ? "permission denied"
                                   : strerror(error));
    return path + ": not found";
  }
  std::fclose(file);
  simdjson::padded_string text;
  const bool is_read = simdjson::padded_string::load(path).get(text) == simdjson::SUCCESS;
  const std::string problem = is_read ? Reader(path, parsed).read(text) : "Can't parse " + path;
  if (problem.empty()) return "";
  std::fprintf(stderr, "%s\n", problem.c_str());
  return path + ": invalid content";
}

}  // namespace gyre
