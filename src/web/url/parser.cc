#include "web/url/parser.h"

#include <algorithm>

#include "web/url/host.h"
#include "web/url/percent_encode.h"
#include "web/url/record.h"
#include "web/url/state_machine.h"

namespace gyre::url {

namespace {

constexpr bool is_c0_control_or_space(char c) { return static_cast<unsigned char>(c) <= 0x20; }

bool has_tab_or_newline(std::string_view text) { return text.find_first_of("\t\n\r") != std::string_view::npos; }

// The input without tabs and newlines; `storage` keeps it if it had any.
std::string_view without_tabs_and_newlines(std::string_view text, std::string& storage) {
  if (!has_tab_or_newline(text)) return text;
  storage = text;
  std::erase_if(storage, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  return storage;
}

std::string_view trimmed(std::string_view input) {
  while (!input.empty() && is_c0_control_or_space(input.front())) input.remove_prefix(1);
  while (!input.empty() && is_c0_control_or_space(input.back())) input.remove_suffix(1);
  return input;
}

// Bytes of a host that are the same in the serialization. '%' and upper case are not.
constexpr ByteSet kPlainHost = ByteSet().with_range('a', 'z').with_range('0', '9').with("-.");

// Where a path, or a segment of one, ends or has to be looked at closely.
constexpr ByteSet kPathStops = kPathSet.with("?#\\.%");
constexpr ByteSet kSegmentStops = kPathSet.with("/?#\\%:");

// OPTIMIZATION: most URLs are "scheme://[user[:password]@]host[:port]/path?query#hash" with a special
// scheme and already what they are serialized to. One pass finds the components; anything unusual is
// left to the state machine.
class FastParser {
 public:
  explicit FastParser(std::string_view input) : input_(input) {}

  bool parse(UrlOffsets& url) {
    // The caller's strings are shorter than 4 GB; this keeps the offsets honest.
    if (input_.size() >= UINT32_MAX) return false;
    const Scheme scheme = take_scheme(url);
    if (scheme == Scheme::NotSpecial) return false;
    position_ = url.protocol_end + 2;
    if (scheme == Scheme::File) {
      // Only without a host, and without a drive letter that would be normalized.
      url.username_end = url.host_start = url.host_end = position_;
      if (at_end() || input_[position_] != '/' || has_drive_with_bar()) return false;
    } else if (!skip_host_and_port(scheme, url)) {
      position_ = url.protocol_end + 2;
      if (!skip_credentials(url) || !skip_host_and_port(scheme, url)) return false;
    } else {
      url.username_end = url.protocol_end + 2;
    }
    url.path_start = position_;
    has_path_ = !at_end() && input_[position_] == '/';
    if (!has_path_ && !at_end()) return false;
    return skip_path_and_later(url);
  }

  // See resolve_plain_path().
  bool resolve(std::string_view base, const UrlOffsets& base_offsets, Url& url) {
    static_cast<UrlOffsets&>(url) = base_offsets;
    const Scheme scheme = scheme_type(base.substr(0, base_offsets.protocol_end - 1));
    if (scheme == Scheme::NotSpecial || scheme == Scheme::File) return false;
    if (at_end() || input_.size() + base.size() + 1 >= UINT32_MAX) return false;
    std::string& out = url.href;
    out.reserve(base_offsets.search_start + input_.size() + 1);
    // Where the path begins on the server of the base: behind its root, or in the folder that the base lies in.
    out.assign(base, 0, input_[0] == '/' ? url.path_start : base_offsets.search_start);
    if (input_[0] == '/') {
      position_++;
      out += '/';
    } else if (out.size() == url.path_start) {
      out += '/';
    } else {
      out.resize(out.rfind('/') + 1);
    }
    if (!append_segments(out, url.path_start)) return false;
    const auto moved = static_cast<uint32_t>(out.size()) - position_;  // modulo 2^32, where it is negative
    const uint32_t end_of_path = position_;
    if (!skip_query_and_hash(url)) return false;
    url.search_start += moved;
    url.hash_start += moved;
    out.append(input_, end_of_path);
    return true;
  }

  // Whether the URL that was parsed has a path; its serialization has one in any case.
  bool has_path() const { return has_path_; }

  // Whether all of the input can be the path of a special URL as it is.
  bool is_clean_path() { return input_.starts_with('/') && skip_path() && at_end(); }

  // Whether no byte of the input is in `set`.
  bool is_clean(const ByteSet& set) const {
    return std::none_of(input_.begin(), input_.end(),
                        [&](char c) { return set.contains(static_cast<unsigned char>(c)); });
  }

 private:
  bool skip_path_and_later(UrlOffsets& url) { return (at_end() || skip_path()) && skip_query_and_hash(url); }

  // Appends the segments of the input, the first of which begins here, to `out`, which ends with the slash before
  // it and whose path begins at `path_start`. False if one has to be encoded, or the first could be something else.
  bool append_segments(std::string& out, uint32_t path_start) {
    const bool is_relative = position_ == 0;
    for (;;) {
      const uint32_t start = position_;
      const bool could_be_dots = !at_end() && (input_[start] == '.' || input_[start] == '%');
      for (;; position_++) {
        skip_until(kSegmentStops);
        if (at_end()) break;
        const char c = input_[position_];
        if (c == '/' || c == '?' || c == '#') break;
        if (c == '%' ? could_be_dots : c != ':' || (start == 0 && is_relative)) return false;
      }
      const bool has_slash = !at_end() && input_[position_] == '/';
      // Two slashes in front announce a host. A query alone leaves the base's whole path.
      if (position_ == start && start == (is_relative ? 0 : 1)) {
        if (has_slash || is_relative) return false;
      }
      const std::string_view segment = input_.substr(start, position_ - start);
      if (segment == "..") {
        if (out.size() > path_start + 1) out.resize(out.rfind('/', out.size() - 2) + 1);
      } else if (segment != ".") {
        out += segment;
        if (has_slash) out += '/';
      }
      if (!has_slash) return true;
      position_++;
    }
  }

  bool skip_query_and_hash(UrlOffsets& url) {
    url.search_start = position_;
    if (!at_end() && input_[position_] == '?' && !skip_clean(kSpecialQuerySet.with("#"), '#')) {
      return false;
    }
    url.hash_start = position_;
    return at_end() || skip_clean(kFragmentSet, '\0');
  }

  bool at_end() const { return position_ == input_.size(); }
  bool starts_path_or_later() const {
    char c = input_[position_];
    return c == '/' || c == '?' || c == '#';
  }

  Scheme take_scheme(UrlOffsets& url) const {
    // Two slashes behind the colon belong to all of them.
    const size_t colon = input_.substr(0, 6).find(':');
    if (colon == std::string_view::npos || input_.substr(colon, 3) != "://") return Scheme::NotSpecial;
    url.protocol_end = static_cast<uint32_t>(colon) + 1;
    return scheme_type(input_.substr(0, colon));
  }

  bool has_drive_with_bar() const {
    return input_.size() > position_ + 2u && input_[position_ + 2] == '|' && is_alpha(input_[position_ + 1]);
  }

  bool skip_credentials(UrlOffsets& url) {
    const uint32_t start = position_;
    uint32_t colon = 0;
    for (; !at_end(); position_++) {
      const char c = input_[position_];
      if (c == '@') break;
      if (c == ':' && colon == 0) {
        colon = position_;
      } else if (kUserinfoSet.contains(static_cast<unsigned char>(c))) {
        return false;
      }
    }
    // What is empty is not serialized.
    if (at_end() || position_ == start || (colon != 0 && colon + 1 == position_)) return false;
    url.username_end = colon != 0 ? colon : position_;
    position_++;
    return true;
  }

  bool skip_host_and_port(Scheme scheme, UrlOffsets& url) {
    url.host_start = position_;
    if (!skip_host()) return false;
    url.host_end = position_;
    if (!at_end() && input_[position_] == ':') return skip_port(scheme);
    return at_end() || starts_path_or_later();
  }

  bool skip_host() {
    uint32_t start = position_;
    uint32_t label = start;
    while (!at_end() && kPlainHost.contains(static_cast<unsigned char>(input_[position_]))) {
      if (input_[position_] == '.') label = position_ + 1;
      position_++;
    }
    std::string_view host = input_.substr(start, position_ - start);
    // An address, or a domain that has to be checked: numbers are recognized by their last label.
    if (host.empty() || label == position_ || is_digit(input_[label])) return false;
    return host.find("xn--") == std::string_view::npos;
  }

  bool skip_port(Scheme scheme) {
    uint32_t start = ++position_;
    uint32_t number = 0;
    while (!at_end() && is_digit(input_[position_]) && position_ - start < 5) {
      number = number * 10 + (input_[position_++] - '0');
    }
    // Without digits, with leading zeros, out of range, or the default: not as it is serialized.
    if (position_ == start || input_[start] == '0' || number > UINT16_MAX) return false;
    if (static_cast<int>(number) == default_port(scheme)) return false;
    return at_end() || starts_path_or_later();
  }

  // The path, if no byte of it is encoded and no segment could be '.' or '..'.
  bool skip_path() {
    for (;; position_++) {
      skip_until(kPathStops);
      if (at_end()) return true;
      const char c = input_[position_];
      if (c == '?' || c == '#') return true;
      if ((c != '.' && c != '%') || input_[position_ - 1] == '/') return false;
    }
  }

  // To the next byte that is in `set`, or the end.
  void skip_until(const ByteSet& set) {
    size_t position = position_;
    while (position < input_.size() && !set.contains(static_cast<unsigned char>(input_[position]))) position++;
    position_ = static_cast<uint32_t>(position);
  }

  // Until `end` or the end of the input; false on the way if a byte is in `set`.
  bool skip_clean(const ByteSet& set, char end) {
    for (position_++; !at_end(); position_++) {
      char c = input_[position_];
      if (c == end && end != '\0') return true;
      if (set.contains(static_cast<unsigned char>(c))) return false;
    }
    return true;
  }

  std::string_view input_;
  uint32_t position_ = 0;
  bool has_path_ = false;
};

// OPTIMIZATION: a path, query or hash that needs no encoding takes the place of the old one. False
// where more is to be done.
bool replace_component(Url& url, Attribute attribute, std::string_view value) {
  uint32_t start;
  uint32_t end;
  std::string_view mark;
  switch (attribute) {
    case Attribute::Pathname: {
      const Scheme scheme = scheme_type(url.scheme());
      if (scheme == Scheme::NotSpecial || scheme == Scheme::File || !FastParser(value).is_clean_path()) return false;
      start = url.path_start;
      end = url.search_start;
      break;
    }
    case Attribute::Search:
      if (value.starts_with('?')) value.remove_prefix(1);
      if (value.empty() || !FastParser(value).is_clean(kSpecialQuerySet)) return false;
      start = url.search_start;
      end = url.hash_start;
      mark = "?";
      break;
    case Attribute::Hash:
      if (value.starts_with('#')) value.remove_prefix(1);
      if (value.empty() || !FastParser(value).is_clean(kFragmentSet)) return false;
      start = url.hash_start;
      end = static_cast<uint32_t>(url.href.size());
      mark = "#";
      break;
    default: return false;
  }
  const size_t size = mark.size() + value.size();
  if (url.href.size() - (end - start) + size >= UINT32_MAX) return false;
  url.href.replace(start, end - start, mark);
  url.href.insert(start + mark.size(), value);
  const auto moved = static_cast<uint32_t>(start + size - end);  // modulo 2^32, where it may be negative
  if (attribute == Attribute::Pathname) url.search_start += moved;
  if (attribute != Attribute::Hash) url.hash_start += moved;
  return true;
}

void run_setter(Record& url, State state, std::string_view value) {
  std::string storage;
  run_state_machine(without_tabs_and_newlines(value, storage), nullptr, url, state);
}

std::string encoded_userinfo(std::string_view value) {
  std::string encoded;
  percent_encode(value, kUserinfoSet, encoded);
  return encoded;
}

std::string_view without_leading(std::string_view value, char c) {
  if (value.starts_with(c)) value.remove_prefix(1);
  return value;
}

}  // namespace

std::optional<Url> parse(std::string_view input, const Url* base) {
  Url fast;
  FastParser fast_parser(input);
  if (fast_parser.parse(fast)) {
    fast.href = input;
    if (!fast_parser.has_path()) {
      fast.href += '/';
      fast.search_start++;
      fast.hash_start++;
    }
    return fast;
  }
  if (base && resolve_plain_path(base->href, *base, input, fast)) return fast;
  // 1. Without controls and spaces around it.
  input = trimmed(input);
  // 3. Without tabs and newlines in it.
  std::string storage;
  Record url;
  if (!run_state_machine(without_tabs_and_newlines(input, storage), base, url)) return std::nullopt;
  return url.serialize();
}

bool is_serialized(std::string_view input, UrlOffsets& offsets) {
  FastParser parser(input);
  return parser.parse(offsets) && parser.has_path();
}

bool is_nearly_serialized(std::string_view input, UrlOffsets& offsets) { return FastParser(input).parse(offsets); }

bool resolve_plain_path(std::string_view base, const UrlOffsets& base_offsets, std::string_view input, Url& out) {
  return FastParser(input).resolve(base, base_offsets, out);
}

bool can_parse(std::string_view input, const Url* base) {
  UrlOffsets offsets;
  return FastParser(input).parse(offsets) || parse(input, base).has_value();
}

void set_attribute(Url& target, Attribute attribute, std::string_view value) {
  if (replace_component(target, attribute, value)) return;
  Record url(target);
  switch (attribute) {
    case Attribute::Protocol: {
      std::string with_colon(value);
      with_colon += ':';
      run_setter(url, State::SchemeStart, with_colon);
      break;
    }
    case Attribute::Username:
      if (url.cannot_have_credentials()) return;
      url.username = encoded_userinfo(value);
      break;
    case Attribute::Password:
      if (url.cannot_have_credentials()) return;
      url.password = encoded_userinfo(value);
      break;
    case Attribute::Host:
      if (url.has_opaque_path) return;
      run_setter(url, State::Host, value);
      break;
    case Attribute::Hostname:
      if (url.has_opaque_path) return;
      run_setter(url, State::Hostname, value);
      break;
    case Attribute::Port:
      if (url.cannot_have_credentials()) return;
      if (value.empty()) {
        url.port.reset();
      } else {
        run_setter(url, State::Port, value);
      }
      break;
    case Attribute::Pathname:
      if (url.has_opaque_path) return;
      url.path.clear();
      run_setter(url, State::PathStart, value);
      break;
    case Attribute::Search:
      url.query = std::string();
      run_setter(url, State::Query, without_leading(value, '?'));
      if (value.empty()) url.query.reset();
      break;
    case Attribute::Hash:
      url.fragment = std::string();
      run_setter(url, State::Fragment, without_leading(value, '#'));
      if (value.empty()) url.fragment.reset();
      break;
  }
  if (auto changed = url.serialize()) target = std::move(*changed);
}

}  // namespace gyre::url
