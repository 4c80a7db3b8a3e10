#include "runtime/options.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "runtime/config_file.h"
#include "runtime/option_checks.h"

namespace gyre {
namespace {

std::string dashed(std::string_view name) {
  std::string result(name);
  for (size_t i = 2; i < result.size(); i++) {
    if (result[i] == '_') result[i] = '-';
  }
  return result;
}

// -pe stands for -p -e: a print whose script follows.
bool is_print_eval(std::string_view arg) { return arg == "-pe"; }

class Parser {
 public:
  Parser(const std::vector<std::string>& args, bool from_environment, ParsedOptions& out)
      : args_(args), from_environment_(from_environment), out_(out) {}

  std::string parse() {
    for (; at_ < args_.size(); at_++) {
      const std::string& arg = args_[at_];
      if (arg == "--" || arg == "-" || arg.empty() || arg[0] != '-') {
        if (from_environment_) return arg + " is not allowed in NODE_OPTIONS";
        break;
      }
      if (std::string error = option(arg); !error.empty()) return error;
      // The rest belongs to the program once a script text was given ... except further options.
    }
    if (!from_environment_) finish();
    return "";
  }

 private:
  std::string option(const std::string& arg) {
    if (is_print_eval(arg)) {
      out_.exec_args.push_back(arg);
      out_.values["--print"] = true;
      return take_value(*find_option("--eval"), arg, std::nullopt);
    }
    std::string name = arg;
    std::optional<std::string> value;
    if (arg.starts_with("--")) {
      if (const size_t equals = arg.find('='); equals != std::string::npos) {
        name = arg.substr(0, equals);
        value = arg.substr(equals + 1);
      }
      name = dashed(name);
      if (name == "--debug-port") name = "--inspect-port";
      if (name == "--loader") name = "--experimental-loader";
      if (name == "--experimental-default-config-file") name = "--experimental-config-file";
      if (name == "--report-directory") name = "--report-dir";
      if (name == "--experimental-permission") name = "--permission";
    }
    if (name == "--debug" || name == "--debug-brk") {
      return "[DEP0062]: `node --debug` and `node --debug-brk` are invalid. "
             "Please use `node --inspect` and `node --inspect-brk` instead.";
    }
    const OptionSpec* spec = find_option(name);
    bool on = true;
    if (!spec && name.starts_with("--no-")) {
      spec = find_option("--" + name.substr(5));
      on = false;
      if (spec && spec->kind != OptionKind::Flag && spec->kind != OptionKind::Engine) {
        return arg + " is an invalid negation because it is not a boolean option";
      }
    }
    if (!spec || spec->kind == OptionKind::Engine) {
      if (from_environment_ && !(spec && spec->in_environment)) {
        return arg + " is not allowed in NODE_OPTIONS";
      }
      if (spec) remember_engine(*spec, name, value, on);
      out_.engine_flags.push_back(arg);
      if (!from_environment_) out_.exec_args.push_back(arg);
      return "";
    }
    if (from_environment_ && !spec->in_environment) return arg + " is not allowed in NODE_OPTIONS";
    if (spec->support == OptionSupport::Missing && on) return arg + " is not supported yet";
    if (!from_environment_) out_.exec_args.push_back(arg);
    if (spec->kind == OptionKind::Flag) {
      // A value behind '=' counts for nothing, whatever it says.
      out_.values[spec->name] = on;
      // -p with a script behind it evaluates that script.
      if (on && std::string_view(spec->name) == "--print" && at_ + 1 < args_.size() &&
          !args_[at_ + 1].starts_with("-")) {
        return take_value(*find_option("--eval"), arg, std::nullopt);
      }
      return "";
    }
    return take_value(*spec, arg, value);
  }

  void remember_engine(const OptionSpec& spec, const std::string&, const std::optional<std::string>& value, bool on) {
    if (value) {
      out_.values[spec.name] = *value;
    } else {
      out_.values[spec.name] = on;
    }
  }

  // --inspect and its like, and --experimental-config-file, stand alone or have their value behind a "=".
  static bool is_value_optional(const OptionSpec& spec) {
    const std::string_view name = spec.name;
    return name == "--inspect" || name == "--inspect-brk" || name == "--inspect-wait" ||
           name == "--experimental-config-file";
  }

  std::string take_value(const OptionSpec& spec, const std::string& arg, std::optional<std::string> value) {
    if (!value && is_value_optional(spec)) {
      value = "";
    } else if (!value) {
      // An option's value may not look like an option, unless it is escaped (\-x).
      if (at_ + 1 >= args_.size() || args_[at_ + 1].starts_with("-")) {
        return arg + " requires an argument";
      }
      value = args_[++at_];
      if (!from_environment_) out_.exec_args.push_back(*value);
      if (value->starts_with("\\-")) value = value->substr(1);
    } else if (value->empty()) {
      return arg + " requires an argument";
    }
    switch (spec.kind) {
      case OptionKind::Number: {
        // As in Node, what is not a number is 0.
        const double number = strtod(value->c_str(), nullptr);
        out_.values[spec.name] = number;
        break;
      }
      case OptionKind::List: {
        auto& entry = out_.values[spec.name];
        if (!std::holds_alternative<std::vector<std::string>>(entry)) entry = std::vector<std::string>{};
        std::get<std::vector<std::string>>(entry).push_back(*value);
        if (std::string_view(spec.name).starts_with("--env-file")) {
          out_.env_files.emplace_back(*value, std::string_view(spec.name) == "--env-file-if-exists");
        }
        break;
      }
      default: out_.values[spec.name] = *value;
    }
    return "";
  }

  void finish() {
    if (at_ < args_.size() && args_[at_] == "--") {
      at_++;
    } else if (at_ < args_.size() && args_[at_] == "-") {
      out_.force_script_from_stdin = true;
      at_++;
    }
    out_.rest.assign(args_.begin() + static_cast<ptrdiff_t>(at_), args_.end());
  }

  const std::vector<std::string>& args_;
  bool from_environment_;
  ParsedOptions& out_;
  size_t at_ = 0;
};

}  // namespace

bool ParsedOptions::flag(std::string_view name) const {
  if (auto at = values.find(name); at != values.end()) {
    const bool* on = std::get_if<bool>(&at->second);
    return !on || *on;
  }
  const OptionSpec* spec = find_option(name);
  return spec && std::string_view(spec->initial) == "1";
}

std::string ParsedOptions::text(std::string_view name) const {
  if (auto at = values.find(name); at != values.end()) {
    if (const auto* text = std::get_if<std::string>(&at->second)) return *text;
  }
  const OptionSpec* spec = find_option(name);
  return spec ? spec->initial : "";
}

double ParsedOptions::number(std::string_view name) const {
  if (auto at = values.find(name); at != values.end()) {
    if (const double* number = std::get_if<double>(&at->second)) return *number;
  }
  const OptionSpec* spec = find_option(name);
  return spec ? strtod(spec->initial, nullptr) : 0;
}

std::vector<std::string> ParsedOptions::list(std::string_view name) const {
  if (auto at = values.find(name); at != values.end()) {
    if (const auto* list = std::get_if<std::vector<std::string>>(&at->second)) return *list;
  }
  return {};
}

std::variant<std::vector<std::string>, OptionError> split_node_options(std::string_view text) {
  std::vector<std::string> words;
  bool in_quotes = false, in_word = false;
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    if (c == '\\' && in_quotes) {
      if (i + 1 == text.size()) return OptionError{"invalid value for NODE_OPTIONS (invalid escape)"};
      c = text[++i];
    } else if (c == ' ' && !in_quotes) {
      in_word = false;
      continue;
    } else if (c == '"') {
      in_quotes = !in_quotes;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    words.back() += c;
  }
  if (in_quotes) return OptionError{"invalid value for NODE_OPTIONS (unterminated string)"};
  return words;
}

std::variant<ParsedOptions, OptionError> parse_options(const std::vector<std::string>& args, const char* node_options) {
  ParsedOptions parsed;
  if (node_options && *node_options) {
    auto words = split_node_options(node_options);
    if (auto* error = std::get_if<OptionError>(&words)) return *error;
    if (std::string error = Parser(std::get<std::vector<std::string>>(words), true, parsed).parse(); !error.empty()) {
      return OptionError{error};
    }
  }
  if (std::string error = Parser(args, false, parsed).parse(); !error.empty()) return OptionError{error};
  if (const auto at = parsed.values.find("--experimental-config-file"); at != parsed.values.end()) {
    const std::string path = std::get<std::string>(at->second);
    const std::string error = apply_config_file(path.empty() ? kDefaultConfigFile : path, parsed);
    if (!error.empty()) return OptionError{error};
  }
  if (auto error = check_options(parsed)) return *error;
  return parsed;
}

std::vector<std::pair<std::string, bool>> env_files_of(const std::vector<std::string>& args) {
  const auto names_file = [](const std::string& arg) { return dashed(arg.substr(0, 10)) == "--env-file"; };
  if (std::none_of(args.begin(), args.end(), names_file)) return {};
  ParsedOptions parsed;
  // What is wrong with other options is told when they all are read.
  static_cast<void>(Parser(args, false, parsed).parse());
  return parsed.env_files;
}

}  // namespace gyre
