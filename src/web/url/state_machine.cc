#include "web/url/state_machine.h"

#include "web/url/host.h"
#include "web/url/percent_encode.h"

namespace gyre::url {

namespace {

constexpr int kEnd = -1;

constexpr bool is_scheme_byte(int c) { return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; }

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); i++) {
    if (to_lower(text[i]) != lower[i]) return false;
  }
  return true;
}

// https://url.spec.whatwg.org/#single-dot-path-segment
bool is_single_dot(std::string_view segment) { return segment == "." || equals_ignoring_case(segment, "%2e"); }

// https://url.spec.whatwg.org/#double-dot-path-segment
bool is_double_dot(std::string_view segment) {
  return segment == ".." || equals_ignoring_case(segment, ".%2e") || equals_ignoring_case(segment, "%2e.") ||
         equals_ignoring_case(segment, "%2e%2e");
}

// A state reads a whole run of the input instead of one code point: where the standard appends to
// its buffer, the machine finds the end of the run. All that decides is ASCII, so bytes are enough.
class Machine {
 public:
  Machine(std::string_view input, const Url* base, Record& url, std::optional<State> state_override)
      : input_(input),
        base_(base),
        url_(url),
        override_(state_override),
        state_(state_override.value_or(State::SchemeStart)) {
    if (base_) base_type_ = scheme_type(base_->scheme());
  }

  bool run() {
    Next next = Next::Continue;
    while (next == Next::Continue) next = step();
    return next == Next::Finish;
  }

 private:
  enum class Next { Continue, Finish, Fail };

  int at(size_t index) const { return index < input_.size() ? static_cast<unsigned char>(input_[index]) : kEnd; }
  int here() const { return at(position_); }
  std::string_view rest() const { return input_.substr(std::min(position_, input_.size())); }

  Next go(State state, size_t advance = 0) {
    state_ = state;
    position_ += advance;
    return Next::Continue;
  }

  bool is_slash(int c) const { return c == '/' || (url_.is_special() && c == '\\'); }

  // The first of '/', '?', '#' (and '\' for special URLs) from `from` on, or the end.
  size_t authority_end(size_t from) const {
    while (from < input_.size() && !is_slash(at(from)) && at(from) != '?' && at(from) != '#') from++;
    return from;
  }

  Next step() {
    switch (state_) {
      case State::SchemeStart: return scheme_start();
      case State::Scheme: return scheme();
      case State::NoScheme: return no_scheme();
      case State::SpecialRelativeOrAuthority: return special_relative_or_authority();
      case State::PathOrAuthority: return path_or_authority();
      case State::Relative: return relative();
      case State::RelativeSlash: return relative_slash();
      case State::SpecialAuthoritySlashes: return special_authority_slashes();
      case State::SpecialAuthorityIgnoreSlashes: return special_authority_ignore_slashes();
      case State::Authority: return authority();
      case State::Host:
      case State::Hostname: return host();
      case State::Port: return port();
      case State::File: return file();
      case State::FileSlash: return file_slash();
      case State::FileHost: return file_host();
      case State::PathStart: return path_start();
      case State::Path: return path();
      case State::OpaquePath: return opaque_path();
      case State::Query: return query();
      case State::Fragment: return fragment();
    }
    return Next::Fail;
  }

  // https://url.spec.whatwg.org/#scheme-start-state
  Next scheme_start() {
    if (is_alpha(here())) return go(State::Scheme);
    if (!override_) return go(State::NoScheme);
    return Next::Fail;
  }

  // https://url.spec.whatwg.org/#scheme-state
  Next scheme() {
    // 1. The run of scheme characters, in lower case.
    size_t end = position_;
    while (is_scheme_byte(at(end))) end++;
    if (at(end) != ':') {
      // 3-4. It was none.
      if (override_) return Next::Fail;
      position_ = 0;
      return go(State::NoScheme);
    }
    std::string name(input_.substr(position_, end - position_));
    for (char& c : name) c = to_lower(c);
    // 2.1. What a setter may not do: change between special and not, give credentials or a port to
    // a file, make something else of a file without a host.
    if (override_) {
      bool was_special = url_.is_special();
      Scheme type = scheme_type(name);
      if (was_special != (type != Scheme::NotSpecial)) return Next::Finish;
      if ((url_.has_credentials() || url_.port) && type == Scheme::File) return Next::Finish;
      if (url_.type == Scheme::File && (!url_.host || url_.host->empty())) return Next::Finish;
    }
    // 2.2.
    url_.set_scheme(std::move(name));
    // 2.3.
    if (override_) {
      if (url_.port && *url_.port == default_port(url_.type)) url_.port.reset();
      return Next::Finish;
    }
    position_ = end + 1;
    // 2.5-2.9.
    if (url_.type == Scheme::File) return go(State::File);
    if (url_.is_special()) {
      bool same_as_base = base_ && base_->scheme() == url_.scheme;
      return go(same_as_base ? State::SpecialRelativeOrAuthority : State::SpecialAuthoritySlashes);
    }
    if (here() == '/') return go(State::PathOrAuthority, 1);
    url_.has_opaque_path = true;
    return go(State::OpaquePath);
  }

  // https://url.spec.whatwg.org/#no-scheme-state
  Next no_scheme() {
    // 1.
    bool opaque_base = base_ && base_->has_opaque_path();
    if (!base_ || (opaque_base && here() != '#')) return Next::Fail;
    // 2.
    if (opaque_base) {
      url_ = Record(*base_);
      url_.fragment.emplace();
      return go(State::Fragment, 1);
    }
    // 3-4.
    return go(base_type_ == Scheme::File ? State::File : State::Relative);
  }

  // https://url.spec.whatwg.org/#special-relative-or-authority-state
  Next special_relative_or_authority() {
    if (here() == '/' && at(position_ + 1) == '/') {
      return go(State::SpecialAuthorityIgnoreSlashes, 2);
    }
    return go(State::Relative);
  }

  // https://url.spec.whatwg.org/#path-or-authority-state
  Next path_or_authority() {
    if (here() == '/') return go(State::Authority, 1);
    return go(State::Path);
  }

  // https://url.spec.whatwg.org/#relative-state
  Next relative() {
    // 2.
    url_.set_scheme(std::string(base_->scheme()));
    // 3-4.
    if (is_slash(here())) return go(State::RelativeSlash, 1);
    // 5.
    url_.copy_authority(*base_);
    return continue_from_base_path();
  }

  // Steps that the relative and the file state share: the base's path and query, as far as nothing
  // in the input replaces them.
  Next continue_from_base_path() {
    url_.path = base_->pathname();
    url_.copy_query(*base_);
    if (here() == '?') {
      url_.query.emplace();
      return go(State::Query, 1);
    }
    if (here() == '#') {
      url_.fragment.emplace();
      return go(State::Fragment, 1);
    }
    if (here() == kEnd) return Next::Finish;
    url_.query.reset();
    if (url_.type == Scheme::File && starts_with_drive_letter(rest())) {
      url_.path.clear();
    } else {
      url_.shorten_path();
    }
    return go(State::Path);
  }

  // https://url.spec.whatwg.org/#relative-slash-state
  Next relative_slash() {
    // 1.
    if (url_.is_special() && is_slash(here())) return go(State::SpecialAuthorityIgnoreSlashes, 1);
    // 2.
    if (here() == '/') return go(State::Authority, 1);
    // 3.
    url_.copy_authority(*base_);
    return go(State::Path);
  }

  // https://url.spec.whatwg.org/#special-authority-slashes-state
  Next special_authority_slashes() {
    bool slashes = here() == '/' && at(position_ + 1) == '/';
    return go(State::SpecialAuthorityIgnoreSlashes, slashes ? 2 : 0);
  }

  // https://url.spec.whatwg.org/#special-authority-ignore-slashes-state
  Next special_authority_ignore_slashes() {
    while (here() == '/' || here() == '\\') position_++;
    return go(State::Authority);
  }

  // https://url.spec.whatwg.org/#authority-state
  Next authority() {
    size_t end = authority_end(position_);
    std::string_view text = input_.substr(position_, end - position_);
    // 1. The last '@' ends the credentials; those before it are part of them.
    size_t at_sign = text.rfind('@');
    if (at_sign == std::string_view::npos) return go(State::Host);
    std::string_view credentials = text.substr(0, at_sign);
    size_t colon = credentials.find(':');
    percent_encode(credentials.substr(0, colon), kUserinfoSet, url_.username);
    if (colon != std::string_view::npos) {
      percent_encode(credentials.substr(colon + 1), kUserinfoSet, url_.password);
    }
    // 2.1. Credentials without a host.
    if (at_sign + 1 == text.size()) return Next::Fail;
    return go(State::Host, at_sign + 1);
  }

  // https://url.spec.whatwg.org/#host-state
  Next host() {
    // 1.
    if (override_ && url_.type == Scheme::File) return go(State::FileHost);
    size_t end = position_;
    bool in_brackets = false;
    for (; end < input_.size(); end++) {
      int c = at(end);
      if (is_slash(c) || c == '?' || c == '#' || (c == ':' && !in_brackets)) break;
      if (c == '[') in_brackets = true;
      if (c == ']') in_brackets = false;
    }
    std::string_view text = input_.substr(position_, end - position_);
    bool at_port = at(end) == ':';
    if (at_port) {
      // 2.
      if (text.empty()) return Next::Fail;
      if (override_ == State::Hostname) return Next::Fail;
    } else {
      // 3.1.
      if (url_.is_special() && text.empty()) return Next::Fail;
      // 3.2.
      if (override_ && text.empty() && (url_.has_credentials() || url_.port)) return Next::Fail;
    }
    auto parsed = parse_host(text, !url_.is_special());
    if (!parsed) return Next::Fail;
    url_.host = std::move(*parsed);
    position_ = end;
    if (at_port) return go(State::Port, 1);
    if (override_) return Next::Finish;
    return go(State::PathStart);
  }

  // https://url.spec.whatwg.org/#port-state
  Next port() {
    size_t start = position_;
    uint32_t number = 0;
    for (; is_digit(here()); position_++) {
      if (number <= UINT16_MAX) number = number * 10 + (here() - '0');
    }
    bool empty = position_ == start;
    // 3.
    int c = here();
    if (c != kEnd && !is_slash(c) && c != '?' && c != '#' && !override_) return Next::Fail;
    // 2.1.
    if (!empty) {
      if (number > UINT16_MAX) return Next::Fail;
      url_.port.reset();
      if (static_cast<int>(number) != default_port(url_.type)) {
        url_.port = static_cast<uint16_t>(number);
      }
      if (override_) return Next::Finish;
    }
    // 2.2.
    if (override_) return Next::Fail;
    // 2.3.
    return go(State::PathStart);
  }

  // https://url.spec.whatwg.org/#file-state
  Next file() {
    // 1-2.
    url_.set_scheme("file");
    url_.host.emplace();
    // 3.
    if (here() == '/' || here() == '\\') return go(State::FileSlash, 1);
    // 4.
    if (base_ && base_type_ == Scheme::File) {
      url_.copy_authority(*base_);
      return continue_from_base_path();
    }
    // 5.
    return go(State::Path);
  }

  // https://url.spec.whatwg.org/#file-slash-state
  Next file_slash() {
    // 1.
    if (here() == '/' || here() == '\\') return go(State::FileHost, 1);
    // 2.1. The base's host and its drive, unless the input has a drive of its own.
    if (base_ && base_type_ == Scheme::File) {
      url_.copy_authority(*base_);
      std::string_view path = base_->pathname();
      std::string_view first = path.empty() ? path : path.substr(1, path.find('/', 1) - 1);
      if (!starts_with_drive_letter(rest()) && is_normalized_drive_letter(first)) {
        url_.append_segment(first);
      }
    }
    // 2.2.
    return go(State::Path);
  }

  // https://url.spec.whatwg.org/#file-host-state
  Next file_host() {
    size_t end = position_;
    for (; end < input_.size(); end++) {
      int c = at(end);
      if (c == '/' || c == '\\' || c == '?' || c == '#') break;
    }
    std::string_view text = input_.substr(position_, end - position_);
    // 1.1. A drive letter is the start of the path.
    if (!override_ && is_drive_letter(text)) return go(State::Path);
    // 1.2.
    if (text.empty()) {
      url_.host.emplace();
    } else {
      // 1.3.
      auto parsed = parse_host(text, !url_.is_special());
      if (!parsed) return Next::Fail;
      if (*parsed == "localhost") parsed->clear();
      url_.host = std::move(*parsed);
    }
    if (override_) return Next::Finish;
    position_ = end;
    return go(State::PathStart);
  }

  // https://url.spec.whatwg.org/#path-start-state
  Next path_start() {
    // 1.
    if (url_.is_special()) return go(State::Path, is_slash(here()) ? 1 : 0);
    // 2-3.
    if (!override_ && here() == '?') {
      url_.query.emplace();
      return go(State::Query, 1);
    }
    if (!override_ && here() == '#') {
      url_.fragment.emplace();
      return go(State::Fragment, 1);
    }
    // 4.
    if (here() != kEnd) return go(State::Path, here() == '/' ? 1 : 0);
    // 5.
    if (override_ && !url_.host) url_.append_segment("");
    return Next::Finish;
  }

  // https://url.spec.whatwg.org/#path-state
  Next path() {
    std::string segment;
    for (;;) {
      size_t end = position_;
      for (; end < input_.size(); end++) {
        int c = at(end);
        if (is_slash(c) || (!override_ && (c == '?' || c == '#'))) break;
      }
      // 2.
      segment.clear();
      percent_encode(input_.substr(position_, end - position_), kPathSet, segment);
      bool slash = end < input_.size() && is_slash(at(end));
      if (is_double_dot(segment)) {
        // 1.2.
        url_.shorten_path();
        if (!slash) url_.append_segment("");
      } else if (is_single_dot(segment)) {
        // 1.3.
        if (!slash) url_.append_segment("");
      } else {
        // 1.4.
        bool is_drive = url_.type == Scheme::File && url_.path.empty() && is_drive_letter(segment);
        if (is_drive) segment[1] = ':';
        url_.append_segment(segment);
      }
      position_ = end + 1;
      if (slash) continue;
      // 1.6-1.7.
      if (at(end) == '?') {
        url_.query.emplace();
        return go(State::Query);
      }
      if (at(end) == '#') {
        url_.fragment.emplace();
        return go(State::Fragment);
      }
      return Next::Finish;
    }
  }

  // https://url.spec.whatwg.org/#cannot-be-a-base-url-path-state
  Next opaque_path() {
    size_t end = position_;
    while (end < input_.size() && at(end) != '?' && at(end) != '#') end++;
    std::string_view text = input_.substr(position_, end - position_);
    // 3. A space in front of a query or a fragment would be lost when the URL is parsed again.
    bool space_at_end = end < input_.size() && text.ends_with(' ');
    if (space_at_end) text.remove_suffix(1);
    // 4.
    percent_encode(text, kC0ControlSet, url_.path);
    if (space_at_end) url_.path += "%20";
    position_ = end + 1;
    // 1-2.
    if (at(end) == '?') {
      url_.query.emplace();
      return go(State::Query);
    }
    if (at(end) == '#') {
      url_.fragment.emplace();
      return go(State::Fragment);
    }
    return Next::Finish;
  }

  // https://url.spec.whatwg.org/#query-state
  Next query() {
    size_t end = override_ ? input_.size() : std::min(input_.find('#', position_), input_.size());
    std::string_view text = input_.substr(std::min(position_, end), end - std::min(position_, end));
    percent_encode(text, url_.is_special() ? kSpecialQuerySet : kQuerySet, *url_.query);
    if (end == input_.size()) return Next::Finish;
    url_.fragment.emplace();
    position_ = end;
    return go(State::Fragment, 1);
  }

  // https://url.spec.whatwg.org/#fragment-state
  Next fragment() {
    percent_encode(rest(), kFragmentSet, *url_.fragment);
    return Next::Finish;
  }

  std::string_view input_;
  const Url* base_;
  Scheme base_type_ = Scheme::NotSpecial;
  Record& url_;
  std::optional<State> override_;
  State state_;
  size_t position_ = 0;
};

}  // namespace

bool run_state_machine(std::string_view input, const Url* base, Record& url, std::optional<State> state_override) {
  return Machine(input, base, url, state_override).run();
}

}  // namespace gyre::url
