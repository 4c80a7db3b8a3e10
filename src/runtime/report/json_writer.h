// Writes JSON piece by piece, on one line or indented by two spaces.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/json_text.h"

namespace gyre::report {

class JsonWriter {
 public:
  explicit JsonWriter(bool compact) : compact_(compact) {}

  // A key before anything inside an object; none inside an array.
  void open_object(std::string_view key = {}) { open(key, '{'); }
  void close_object() { close('}'); }
  void open_array(std::string_view key = {}) { open(key, '['); }
  void close_array() { close(']'); }

  void text(std::string_view key, std::string_view value) {
    begin(key);
    append_json_text(out_, value);
  }
  void null(std::string_view key) {
    begin(key);
    out_ += "null";
  }
  template <typename T>
  void number(std::string_view key, T value) {
    begin(key);
    if constexpr (std::is_same_v<T, bool>) {
      out_ += value ? "true" : "false";
    } else if constexpr (std::is_integral_v<T>) {
      out_ += std::to_string(value);
    } else if (!std::isfinite(value)) {
      out_ += "null";
    } else {
      char digits[32];
      snprintf(digits, sizeof digits, "%.10g", static_cast<double>(value));
      out_ += digits;
    }
  }
  // JSON that is written already.
  void raw(std::string_view key, std::string_view json) {
    begin(key);
    out_ += json;
  }

  std::string take() { return std::move(out_); }

 private:
  void begin(std::string_view key) {
    if (has_items_) out_ += ',';
    has_items_ = true;
    if (depth_ > 0) new_line();
    if (key.empty()) return;
    append_json_text(out_, key);
    out_ += compact_ ? ":" : ": ";
  }
  void open(std::string_view key, char bracket) {
    begin(key);
    out_ += bracket;
    depth_++;
    has_items_ = false;
  }
  void close(char bracket) {
    depth_--;
    if (has_items_) new_line();
    has_items_ = true;
    out_ += bracket;
  }
  void new_line() {
    if (compact_) return;
    out_ += '\n';
    out_.append(static_cast<size_t>(depth_) * 2, ' ');
  }
  std::string out_;
  int depth_ = 0;
  bool has_items_ = false;
  bool compact_;
};

}  // namespace gyre::report
