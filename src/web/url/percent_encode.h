// Percent-encoding as the URL standard has it: sets of bytes, and strings encoded with them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gyre::url {

// A set of bytes, built at compile time.
class ByteSet {
 public:
  constexpr ByteSet() = default;
  constexpr bool contains(unsigned char byte) const { return (bits_[byte >> 6] >> (byte & 63)) & 1; }
  constexpr ByteSet with(std::string_view bytes) const {
    ByteSet set = *this;
    for (char byte : bytes) set.add(static_cast<unsigned char>(byte));
    return set;
  }
  constexpr ByteSet with_range(int first, int last) const {
    ByteSet set = *this;
    for (int byte = first; byte <= last; byte++) set.add(static_cast<unsigned char>(byte));
    return set;
  }

 private:
  constexpr void add(unsigned char byte) { bits_[byte >> 6] |= uint64_t{1} << (byte & 63); }
  uint64_t bits_[4] = {};
};

// https://url.spec.whatwg.org/#percent-encoded-bytes
inline constexpr ByteSet kC0ControlSet = ByteSet().with_range(0, 0x1f).with_range(0x7f, 0xff);
inline constexpr ByteSet kFragmentSet = kC0ControlSet.with(" \"<>`");
inline constexpr ByteSet kQuerySet = kC0ControlSet.with(" \"#<>");
inline constexpr ByteSet kSpecialQuerySet = kQuerySet.with("'");
inline constexpr ByteSet kPathSet = kQuerySet.with("?^`{}");
inline constexpr ByteSet kUserinfoSet = kPathSet.with("/:;=@[\\]|");

// Appends `input` to `out` with the bytes of `set` encoded.
void percent_encode(std::string_view input, const ByteSet& set, std::string& out);

// The bytes that `input` stands for; a '%' that two hex digits do not follow stays.
std::string percent_decode(std::string_view input);

constexpr bool is_digit(int c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(int c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// The value of a hex digit, -1 for anything else.
constexpr int hex_value(int c) {
  if (is_digit(c)) return c - '0';
  int lower = c | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace gyre::url
