#include "web/url/plain_idna.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "web/url/percent_encode.h"

namespace gyre::url {

namespace {

constexpr size_t kLongestLabel = 63;
constexpr uint32_t kUnknown = 0;

constexpr bool is_in(uint32_t code_point, uint32_t first, uint32_t last) {
  return code_point >= first && code_point <= last;
}

// In most of Latin Extended-A the capital letter is the even one of two neighbours, in some the odd one.
uint32_t map_latin_extended(uint32_t c) {
  switch (c) {
    case 0x130:  // these become more than one letter, or another one
    case 0x132:
    case 0x133:
    case 0x13f:
    case 0x140:
    case 0x149:
    case 0x17f: return kUnknown;
    case 0x138: return c;
    case 0x178: return 0xff;
    default: break;
  }
  const bool are_odd_capital = is_in(c, 0x139, 0x148) || is_in(c, 0x179, 0x17e);
  return (c & 1) == (are_odd_capital ? 1 : 0) ? c + 1 : c;
}

uint32_t map_greek(uint32_t c) {
  if (c == 0x390 || is_in(c, 0x3ac, 0x3ce)) return c;
  if (is_in(c, 0x391, 0x3ab) && c != 0x3a2) return c + 0x20;
  if (c == 0x386) return 0x3ac;
  if (is_in(c, 0x388, 0x38a)) return c + 0x25;
  return kUnknown;
}

uint32_t map_cyrillic(uint32_t c) {
  if (c < 0x410) return c + 0x50;
  return c < 0x430 ? c + 0x20 : c;
}

// What the standard maps a code point to, where that is one that is valid anywhere in a label: it does not combine
// with its neighbours and is not written from right to left.
uint32_t map(uint32_t c) {
  if (c < 0x80) return is_alpha(c) || is_digit(c) || c == '-' || c == '_' ? to_lower(static_cast<char>(c)) : kUnknown;
  if (is_in(c, 0xdf, 0xff)) return c == 0xf7 ? kUnknown : c;
  if (is_in(c, 0xc0, 0xde)) return c == 0xd7 ? kUnknown : c + 0x20;
  if (is_in(c, 0x100, 0x17f)) return map_latin_extended(c);
  if (is_in(c, 0x386, 0x3ce)) return map_greek(c);
  if (is_in(c, 0x400, 0x45f)) return map_cyrillic(c);
  const bool is_kana = is_in(c, 0x3041, 0x3096) || is_in(c, 0x30a1, 0x30fa) || c == 0x30fc;
  const bool is_han = is_in(c, 0x4e00, 0x9fff) || is_in(c, 0x3400, 0x4dbf) || c == 0x3005;
  return is_kana || is_han || is_in(c, 0xac00, 0xd7a3) ? c : kUnknown;
}

// Takes one code point of the first plane from the front of well-formed UTF-8.
uint32_t take_code_point(std::string_view& text) {
  const auto byte = [&](size_t index) { return static_cast<uint32_t>(static_cast<unsigned char>(text[index])); };
  const auto continues = [&](size_t index) { return index < text.size() && (byte(index) & 0xc0) == 0x80; };
  uint32_t c = byte(0);
  size_t length = 1;
  if (c >= 0x80) {
    if (is_in(c, 0xc2, 0xdf) && continues(1)) {
      c = (c & 0x1f) << 6 | (byte(1) & 0x3f);
      length = 2;
    } else if (is_in(c, 0xe0, 0xef) && continues(1) && continues(2)) {
      c = (c & 0xf) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
      if (c < 0x800) c = kUnknown;
      length = 3;
    } else {
      c = kUnknown;
    }
  }
  text.remove_prefix(length);
  return c;
}

struct Label {
  std::array<uint32_t, kLongestLabel> code_points;
  size_t length = 0;
  bool is_ascii = true;

  bool append(uint32_t code_point) {
    if (length == kLongestLabel) return false;
    code_points[length++] = code_point;
    is_ascii = is_ascii && code_point < 0x80;
    return true;
  }
  bool is_punycode() const {
    constexpr std::string_view kPrefix = "xn--";
    return length >= kPrefix.size() && std::equal(kPrefix.begin(), kPrefix.end(), code_points.begin());
  }
};

// https://www.rfc-editor.org/rfc/rfc3492#section-6.1
uint32_t adapt(uint32_t delta, uint32_t count, bool is_first) {
  delta = is_first ? delta / 700 : delta / 2;
  delta += delta / count;
  uint32_t k = 0;
  for (; delta > 455; k += 36) delta /= 35;
  return k + 36 * delta / (delta + 38);
}

char digit(uint32_t value) { return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26)); }

// https://www.rfc-editor.org/rfc/rfc3492#section-6.3. Nothing overflows: a label is short, and of the first plane.
void append_punycode(const Label& label, std::string& out) {
  out += "xn--";
  uint32_t handled = 0;
  for (size_t i = 0; i < label.length; i++) {
    if (label.code_points[i] >= 0x80) continue;
    out += static_cast<char>(label.code_points[i]);
    handled++;
  }
  const uint32_t basic = handled;
  if (basic > 0) out += '-';
  uint32_t n = 0x80;
  uint32_t delta = 0;
  uint32_t bias = 72;
  while (handled < label.length) {
    uint32_t next = UINT32_MAX;
    for (size_t i = 0; i < label.length; i++) {
      if (label.code_points[i] >= n) next = std::min(next, label.code_points[i]);
    }
    delta += (next - n) * (handled + 1);
    n = next;
    for (size_t i = 0; i < label.length; i++) {
      if (label.code_points[i] < n) delta++;
      if (label.code_points[i] != n) continue;
      uint32_t q = delta;
      for (uint32_t k = 36;; k += 36) {
        const uint32_t threshold = k <= bias ? 1 : std::min<uint32_t>(k - bias, 26);
        if (q < threshold) break;
        out += digit(threshold + (q - threshold) % (36 - threshold));
        q = (q - threshold) / (36 - threshold);
      }
      out += digit(q);
      bias = adapt(delta, handled + 1, handled == basic);
      delta = 0;
      handled++;
    }
    delta++;
    n++;
  }
}

}  // namespace

std::optional<std::string> plain_domain_to_ascii(std::string_view domain) {
  constexpr size_t kLongestDomain = 253;
  std::string out;
  out.reserve(domain.size() + 16);
  for (;;) {
    Label label;
    while (!domain.empty() && domain.front() != '.') {
      const uint32_t mapped = map(take_code_point(domain));
      if (mapped == kUnknown || !label.append(mapped)) return std::nullopt;
    }
    if (label.length == 0 || label.is_punycode()) return std::nullopt;
    const size_t start = out.size();
    if (label.is_ascii) {
      for (size_t i = 0; i < label.length; i++) out += static_cast<char>(label.code_points[i]);
    } else {
      append_punycode(label, out);
    }
    if (out.size() - start > kLongestLabel || out.size() > kLongestDomain) return std::nullopt;
    if (domain.empty()) return out;
    domain.remove_prefix(1);
    out += '.';
  }
}

}  // namespace gyre::url
