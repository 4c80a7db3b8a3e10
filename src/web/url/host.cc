#include "web/url/host.h"

#include <array>
#include <cstdint>
#include <vector>

#include "web/url/idna.h"
#include "web/url/percent_encode.h"

namespace gyre::url {

namespace {

// https://url.spec.whatwg.org/#forbidden-host-code-point
constexpr ByteSet kForbiddenHost = ByteSet().with(std::string_view("\0\t\n\r #/:<>?@[\\]^|", 17));
constexpr ByteSet kForbiddenDomain = kForbiddenHost.with_range(0, 0x1f).with_range(0x7f, 0x7f).with("%");

// https://url.spec.whatwg.org/#ipv4-number-parser: the number, capped well above 32 bits.
std::optional<uint64_t> parse_ipv4_number(std::string_view input) {
  // 1. Nothing is no number.
  if (input.empty()) return std::nullopt;
  // 2-5. The prefix says the base.
  int base = 10;
  if (input.size() >= 2 && input[0] == '0' && (input[1] | 0x20) == 'x') {
    base = 16;
    input.remove_prefix(2);
  } else if (input.size() >= 2 && input[0] == '0') {
    base = 8;
    input.remove_prefix(1);
  }
  // 6-9. The digits; none after a prefix is zero.
  uint64_t value = 0;
  for (char c : input) {
    int digit = hex_value(c);
    if (digit < 0 || digit >= base) return std::nullopt;
    if (value <= UINT32_MAX) value = value * base + digit;
  }
  return value;
}

std::string serialize_ipv4(uint32_t address) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += std::to_string(address >> shift & 0xff);
    if (shift > 0) out += '.';
  }
  return out;
}

// https://url.spec.whatwg.org/#concept-ipv4-parser
std::optional<std::string> parse_ipv4(std::string_view input) {
  // 1-2. The parts; one empty part at the end does not count.
  std::vector<std::string_view> parts;
  for (size_t start = 0;;) {
    size_t dot = input.find('.', start);
    parts.push_back(input.substr(start, dot - start));
    if (dot == std::string_view::npos) break;
    start = dot + 1;
  }
  if (parts.back().empty() && parts.size() > 1) parts.pop_back();
  // 3. More than four are no address.
  if (parts.size() > 4) return std::nullopt;
  // 4-8. Each part but the last is a byte; the last fills what is left.
  uint64_t address = 0;
  for (size_t i = 0; i < parts.size(); i++) {
    auto number = parse_ipv4_number(parts[i]);
    if (!number) return std::nullopt;
    if (i + 1 < parts.size()) {
      if (*number > 255) return std::nullopt;
      address |= *number << (8 * (3 - i));
    } else {
      if (*number >= uint64_t{1} << (8 * (5 - parts.size()))) return std::nullopt;
      address += *number;
    }
  }
  return serialize_ipv4(static_cast<uint32_t>(address));
}

using Ipv6Address = std::array<uint16_t, 8>;

// https://url.spec.whatwg.org/#concept-ipv6-serializer
std::string serialize_ipv6(const Ipv6Address& address) {
  // 2. The first longest run of at least two zero pieces is compressed.
  int compress = -1;
  int compress_length = 1;
  for (int i = 0; i < 8;) {
    int end = i;
    while (end < 8 && address[end] == 0) end++;
    if (end - i > compress_length) {
      compress = i;
      compress_length = end - i;
    }
    i = end + 1;
  }
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "[";
  for (int i = 0; i < 8;) {
    if (i == compress) {
      out += i == 0 ? "::" : ":";
      i += compress_length;
      continue;
    }
    bool started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
      int digit = address[i] >> shift & 15;
      started = started || digit != 0 || shift == 0;
      if (started) out += kDigits[digit];
    }
    if (i != 7) out += ':';
    i++;
  }
  return out + ']';
}

// The IPv4 address at the end of an IPv6 address, steps 6.5 of the IPv6 parser. `position` is where
// its first number starts.
bool parse_embedded_ipv4(std::string_view input, size_t position, Ipv6Address& address, int& piece_index) {
  // 6.5.2. It takes two pieces.
  if (piece_index > 6) return false;
  int numbers_seen = 0;
  while (position < input.size()) {
    // 6.5.5.2. A dot between numbers.
    if (numbers_seen > 0) {
      if (input[position] != '.' || numbers_seen >= 4) return false;
      position++;
    }
    // 6.5.5.3-4. A number without leading zeros, up to 255.
    if (position >= input.size() || !is_digit(input[position])) return false;
    int value = -1;
    while (position < input.size() && is_digit(input[position])) {
      int digit = input[position] - '0';
      if (value == 0) return false;
      value = value < 0 ? digit : value * 10 + digit;
      if (value > 255) return false;
      position++;
    }
    // 6.5.5.5-7. Two numbers a piece.
    address[piece_index] = static_cast<uint16_t>(address[piece_index] * 0x100 + value);
    numbers_seen++;
    if (numbers_seen == 2 || numbers_seen == 4) piece_index++;
  }
  // 6.5.6. All four of them.
  return numbers_seen == 4;
}

// https://url.spec.whatwg.org/#concept-ipv6-parser
std::optional<Ipv6Address> parse_ipv6(std::string_view input) {
  // 1-4.
  Ipv6Address address{};
  int piece_index = 0;
  int compress = -1;
  size_t pointer = 0;
  auto at = [&](size_t index) { return index < input.size() ? input[index] : -1; };
  // 5. Two colons in front.
  if (at(0) == ':') {
    if (at(1) != ':') return std::nullopt;
    pointer = 2;
    compress = ++piece_index;
  }
  // 6.
  while (pointer < input.size()) {
    if (piece_index == 8) return std::nullopt;
    // 6.2. The second of two colons.
    if (input[pointer] == ':') {
      if (compress >= 0) return std::nullopt;
      pointer++;
      compress = ++piece_index;
      continue;
    }
    // 6.3-4. Up to four hex digits.
    int value = 0;
    int length = 0;
    while (length < 4 && hex_value(at(pointer)) >= 0) {
      value = value * 16 + hex_value(input[pointer]);
      pointer++;
      length++;
    }
    // 6.5. They were the start of an IPv4 address.
    if (at(pointer) == '.') {
      if (length == 0) return std::nullopt;
      if (!parse_embedded_ipv4(input, pointer - length, address, piece_index)) return std::nullopt;
      break;
    }
    // 6.6-7. A colon and more, or the end.
    if (at(pointer) == ':') {
      pointer++;
      if (pointer >= input.size()) return std::nullopt;
    } else if (pointer < input.size()) {
      return std::nullopt;
    }
    // 6.8-9.
    address[piece_index++] = static_cast<uint16_t>(value);
  }
  // 7. What stands behind the compressed run moves to the end.
  if (compress >= 0) {
    int swaps = piece_index - compress;
    piece_index = 7;
    while (piece_index != 0 && swaps > 0) {
      std::swap(address[piece_index], address[compress + swaps - 1]);
      piece_index--;
      swaps--;
    }
  } else if (piece_index != 8) {
    // 8.
    return std::nullopt;
  }
  return address;
}

// https://url.spec.whatwg.org/#concept-opaque-host-parser
std::optional<std::string> parse_opaque_host(std::string_view input) {
  for (char c : input) {
    if (kForbiddenHost.contains(static_cast<unsigned char>(c))) return std::nullopt;
  }
  std::string host;
  percent_encode(input, kC0ControlSet, host);
  return host;
}

bool has_punycode_label(std::string_view domain) {
  for (size_t at = domain.find("xn--"); at != std::string_view::npos; at = domain.find("xn--", at + 1)) {
    if (at == 0 || domain[at - 1] == '.') return true;
  }
  return false;
}

// https://url.spec.whatwg.org/#concept-domain-to-ascii with beStrict false.
std::optional<std::string> to_ascii(std::string domain) {
  bool is_ascii = true;
  for (char& c : domain) {
    is_ascii = is_ascii && static_cast<unsigned char>(c) < 0x80;
    c = to_lower(c);
  }
  // OPTIMIZATION: what UTS #46 would not change or refuse.
  if (is_ascii && !has_punycode_label(domain)) return domain;
  return domain_to_ascii(domain);
}

}  // namespace

// https://url.spec.whatwg.org/#ends-in-a-number-checker
bool ends_in_number(std::string_view host) {
  // 1-2. The last part that is not empty.
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string_view last = host.substr(host.rfind('.') + 1);
  if (last.empty()) return false;
  // 3. All digits.
  bool digits = true;
  for (char c : last) digits = digits && is_digit(c);
  // 4. Or a number with a prefix.
  return digits || parse_ipv4_number(last).has_value();
}

// https://url.spec.whatwg.org/#concept-host-parser
std::optional<std::string> parse_host(std::string_view input, bool is_opaque) {
  // 1. An IPv6 address.
  if (input.starts_with('[')) {
    if (!input.ends_with(']') || input.size() < 2) return std::nullopt;
    auto address = parse_ipv6(input.substr(1, input.size() - 2));
    if (!address) return std::nullopt;
    return serialize_ipv6(*address);
  }
  // 2.
  if (is_opaque) return parse_opaque_host(input);
  // 4-6. The domain in ASCII.
  auto domain = to_ascii(percent_decode(input));
  if (!domain || domain->empty()) return std::nullopt;
  // 7.
  for (char c : *domain) {
    if (kForbiddenDomain.contains(static_cast<unsigned char>(c))) return std::nullopt;
  }
  // 8.
  if (ends_in_number(*domain)) return parse_ipv4(*domain);
  // 9.
  return domain;
}

}  // namespace gyre::url
