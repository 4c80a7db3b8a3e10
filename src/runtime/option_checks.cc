#include "runtime/option_checks.h"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>

namespace gyre {
namespace {

// Node's exit code for an option that the runtime itself, not the parser, refuses.
constexpr int kInvalidSetting = 12;

template <typename T>
const T* given(const ParsedOptions& parsed, const std::string& name) {
  const auto at = parsed.values.find(name);
  return at == parsed.values.end() ? nullptr : std::get_if<T>(&at->second);
}

// Options whose value is one of a few words.
std::string check_words(const ParsedOptions& parsed) {
  struct Choice {
    const char* name;
    std::initializer_list<std::string_view> words;
    const char* message;  // nullptr: "invalid value for NAME"
  };
  static const Choice kChoices[] = {
      {"--input-type",
       {"", "module", "commonjs", "module-typescript", "commonjs-typescript"},
       "--input-type must be \"module\",\"commonjs\", \"module-typescript\" or \"commonjs-typescript\""},
      {"--trace-require-module", {"all", "no-node-modules"}, nullptr},
      {"--unhandled-rejections", {"throw", "strict", "warn", "none", "warn-with-error-codes"}, nullptr},
      {"--use-largepages", {"off", "on", "silent"}, nullptr},
      {"--test-isolation", {"process", "none"}, nullptr},
  };
  for (const Choice& choice : kChoices) {
    const auto* text = given<std::string>(parsed, choice.name);
    if (text == nullptr || std::find(choice.words.begin(), choice.words.end(), *text) != choice.words.end()) continue;
    return choice.message ? choice.message : std::string("invalid value for ") + choice.name;
  }
  return "";
}

std::string check_numbers(const ParsedOptions& parsed) {
  std::string errors;
  // OpenSSL's secure heap takes nothing else.
  for (const char* name : {"--secure-heap", "--secure-heap-min"}) {
    const double* number = given<double>(parsed, name);
    if (number == nullptr) continue;
    const auto size = static_cast<uint64_t>(*number);
    if ((size & (size - 1)) == 0) continue;
    if (!errors.empty()) errors += '\n';
    errors += std::string(name) + " must be a power of 2";
  }
  if (!errors.empty()) return errors;
  if (const auto* text = given<std::string>(parsed, "--max-old-space-size-percentage")) {
    char* end = nullptr;
    const double percentage = strtod(text->c_str(), &end);
    if (*end != '\0' || !(percentage > 0 && percentage <= 100)) {
      return "--max-old-space-size-percentage must be greater than 0 and up to 100. Got: " + *text;
    }
  }
  if (parsed.number("--heapsnapshot-near-heap-limit") < 0) {
    return "--heapsnapshot-near-heap-limit must not be negative";
  }
  return "";
}

// Options that exclude or need each other.
std::string check_pairs(const ParsedOptions& parsed) {
  for (const std::string kind : {"--cpu-prof", "--heap-prof"}) {
    if (parsed.flag(kind)) continue;
    for (const char* detail : {"-name", "-dir", "-interval"}) {
      if (parsed.values.contains(kind + detail)) return kind + detail + " must be used with " + kind;
    }
  }
  const auto both = [](const std::string& one, const std::string& other) {
    return "either " + one + " or " + other + " can be used, not both";
  };
  if (parsed.flag("--check") && parsed.values.contains("--eval")) return both("--check", "--eval");
  if (parsed.flag("--tls-min-v1.3") && parsed.flag("--tls-max-v1.2")) return both("--tls-min-v1.3", "--tls-max-v1.2");
  if (parsed.flag("--use-openssl-ca") && parsed.flag("--use-bundled-ca")) {
    return both("--use-openssl-ca", "--use-bundled-ca");
  }
  if (parsed.flag("--watch") || parsed.values.contains("--watch-path")) {
    if (parsed.flag("--check")) return both("--watch", "--check");
    if (parsed.values.contains("--eval")) return both("--watch", "--eval");
    if (parsed.flag("--interactive")) return both("--watch", "--interactive");
    if (parsed.flag("--test-force-exit")) return both("--watch", "--test-force-exit");
  }
  return "";
}

std::optional<OptionError> check_settings(const ParsedOptions& parsed) {
  if (const std::string mode = parsed.text("--disable-proto"); !mode.empty() && mode != "delete" && mode != "throw") {
    return OptionError{"invalid mode passed to --disable-proto", kInvalidSetting};
  }
  // There is no fix of an earlier vulnerability that could be undone.
  if (const auto reverted = parsed.list("--security-revert"); !reverted.empty()) {
    return OptionError{"Error: Attempt to revert an unknown CVE [" + reverted[0] + "]", kInvalidSetting};
  }
  return std::nullopt;
}

}  // namespace

std::optional<OptionError> check_options(const ParsedOptions& parsed) {
  for (const auto check : {check_words, check_numbers, check_pairs}) {
    if (std::string error = check(parsed); !error.empty()) return OptionError{error};
  }
  return check_settings(parsed);
}

}  // namespace gyre
