#include "runtime/env_file.h"

#include <errno.h>
#include <stdlib.h>

#include <cstdio>
#include <map>
#include <optional>

#include "binding/binding.h"
#include "runtime/options.h"

namespace gyre {
namespace {

constexpr std::string_view kBlank = " \t\v\f";

std::string_view trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// `export NAME=` is a shell's way to say NAME=.
std::string_view without_export(std::string_view name) {
  constexpr std::string_view word = "export";
  if (!name.starts_with(word) || name.size() == word.size()) return name;
  if (kBlank.find(name[word.size()]) == std::string_view::npos) return name;
  return trim(name.substr(word.size()));
}

std::string with_newlines(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); i++) {
    const bool escaped = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == 'n';
    result += escaped ? '\n' : text[i];
    i += escaped;
  }
  return result;
}

// A value begins behind the "=" of its line. Returns it, and where the text goes on.
std::pair<std::string, size_t> take_value(std::string_view text, size_t start) {
  const auto next_line = [&](size_t from) {
    const size_t end = text.find('\n', from);
    return end == std::string_view::npos ? text.size() : end + 1;
  };
  const std::string_view line = text.substr(start, text.find('\n', start) - start);
  const size_t first = line.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {"", next_line(start)};
  const char quote = line[first];
  if (quote != '"' && quote != '\'' && quote != '`') {
    return {std::string(trim(line.substr(0, line.find('#')))), next_line(start)};
  }
  const size_t begin = start + first + 1;
  const size_t end = text.find(quote, begin);
  // A quote that is never closed is an ordinary character.
  if (end == std::string_view::npos) return {std::string(trim(line)), next_line(start)};
  const std::string_view inside = text.substr(begin, end - begin);
  return {quote == '"' ? with_newlines(inside) : std::string(inside), next_line(end)};
}

std::optional<std::string> read_file(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "r");
  if (file == nullptr) return std::nullopt;
  std::string text;
  char chunk[4096];
  while (const size_t n = std::fread(chunk, 1, sizeof chunk, file)) text.append(chunk, n);
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  if (failed) return std::nullopt;
  return text;
}

// For util.parseEnv(): names and values in turn.
std::vector<std::string> parse_for_script(std::string text) {
  std::vector<std::string> flat;
  for (auto& [name, value] : parse_env_file(text)) {
    flat.push_back(std::move(name));
    flat.push_back(std::move(value));
  }
  return flat;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_env_file(std::string_view raw) {
  std::string text;
  for (const char c : raw) {
    if (c != '\r') text += c;
  }
  std::vector<std::pair<std::string, std::string>> found;
  for (size_t at = 0; at < text.size();) {
    const size_t line_end = std::min(text.find('\n', at), text.size());
    const size_t equals = text.find('=', at);
    const std::string_view left = trim(std::string_view(text).substr(at, std::min(equals, line_end) - at));
    if (equals >= line_end || left.empty() || left[0] == '#') {
      at = line_end + 1;
      continue;
    }
    auto [value, next] = take_value(text, equals + 1);
    found.emplace_back(without_export(left), std::move(value));
    at = next;
  }
  return found;
}

std::string load_env_files(const std::vector<std::string>& args) {
  std::map<std::string, std::string> variables;
  for (const auto& [path, may_miss] : env_files_of(args)) {
    std::optional<std::string> text = read_file(path);
    if (text) {
      for (auto& [name, value] : parse_env_file(*text)) variables[std::move(name)] = std::move(value);
    } else if (errno != ENOENT) {
      return path + ": invalid format";
    } else if (may_miss) {
      std::fprintf(stderr, "%s not found. Continuing without it.\n", path.c_str());
    } else {
      return path + ": not found";
    }
  }
  for (const auto& [name, value] : variables) setenv(name.c_str(), value.c_str(), 0);
  return "";
}

GYRE_MODULE(env_file) { b.function<&parse_for_script>("parse"); }

}  // namespace gyre
