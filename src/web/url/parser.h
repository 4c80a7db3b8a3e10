// https://url.spec.whatwg.org/ - parsing and changing URLs. Knows no V8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gyre::url {

// A valid URL: its serialization and where in it the components lie, so that a component is a slice.
//
//   https://user:pass@example.com:1234/foo/bar?baz#quux
//         |     |     |          |    |       |   |
//         |     |     |          |    |       |   hash_start
//         |     |     |          |    |       search_start
//         |     |     |          |    path_start
//         |     |     |          host_end
//         |     |     host_start
//         |     username_end
//         protocol_end
//
// A component that is missing is an empty slice: search_start == hash_start, hash_start == size, and
// host_start == protocol_end when there is no host at all.
struct UrlOffsets {
  uint32_t protocol_end = 0;
  uint32_t username_end = 0;
  uint32_t host_start = 0;
  uint32_t host_end = 0;
  uint32_t path_start = 0;
  uint32_t search_start = 0;
  uint32_t hash_start = 0;
};

struct Url : UrlOffsets {
  std::string href;

  std::string_view slice(uint32_t start, uint32_t end) const {
    return std::string_view(href).substr(start, end - start);
  }
  std::string_view scheme() const { return slice(0, protocol_end - 1); }
  bool has_host() const { return host_start > protocol_end; }
  bool has_credentials() const { return has_host() && host_start > protocol_end + 2; }
  std::string_view username() const;
  std::string_view password() const;
  std::string_view hostname() const { return slice(host_start, host_end); }
  // The port without its colon, empty when it is the scheme's default.
  std::string_view port() const;
  std::string_view pathname() const { return slice(path_start, search_start); }
  // With '?' and '#'.
  std::string_view search() const { return slice(search_start, hash_start); }
  std::string_view hash() const { return std::string_view(href).substr(hash_start); }
  bool has_opaque_path() const;
};

// https://url.spec.whatwg.org/#concept-basic-url-parser. `input` is UTF-8. Nothing on failure, which
// is also what a serialization of 4 GB or more is.
std::optional<Url> parse(std::string_view input, const Url* base = nullptr);

// Whether `input` is a special URL exactly as it is serialized, which most are; then `offsets` says
// how it divides. False says nothing: the input may be valid all the same.
bool is_serialized(std::string_view input, UrlOffsets& offsets);

// The same, but that an empty path may stand for "/".
bool is_nearly_serialized(std::string_view input, UrlOffsets& offsets);

// What `input` leads to from a base that is_nearly_serialized, where it is a path or a path and more
// that only has to be put behind a part of the base. False says nothing, as above.
bool resolve_plain_path(std::string_view base, const UrlOffsets& base_offsets, std::string_view input, Url& out);

// Whether `parse` would succeed, without the work that only the result needs where that is possible.
bool can_parse(std::string_view input, const Url* base = nullptr);

// The attributes of the URL class that can be set.
enum class Attribute : uint32_t {
  Protocol,
  Username,
  Password,
  Host,
  Hostname,
  Port,
  Pathname,
  Search,
  Hash,
};

// https://url.spec.whatwg.org/#api: what the setter of `attribute` does. A value that the setter
// does not accept changes nothing, or as much as the standard says.
void set_attribute(Url& url, Attribute attribute, std::string_view value);

}  // namespace gyre::url
