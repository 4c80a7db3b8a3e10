// A URL taken apart, which is how the state machine builds and changes one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "web/url/parser.h"

namespace gyre::url {

enum class Scheme : uint8_t { NotSpecial, Http, Https, Ws, Wss, Ftp, File };

// https://url.spec.whatwg.org/#special-scheme. `name` in lower case.
Scheme scheme_type(std::string_view name);
// -1 where the scheme has none.
int default_port(Scheme scheme);

// https://url.spec.whatwg.org/#windows-drive-letter
bool is_drive_letter(std::string_view text);
bool is_normalized_drive_letter(std::string_view text);
bool starts_with_drive_letter(std::string_view text);

// https://url.spec.whatwg.org/#concept-url
struct Record {
  std::string scheme;
  Scheme type = Scheme::NotSpecial;
  std::string username;
  std::string password;
  std::optional<std::string> host;
  std::optional<uint16_t> port;
  // Opaque, or for each segment of the standard's list a '/' and the segment.
  std::string path;
  bool has_opaque_path = false;
  std::optional<std::string> query;
  std::optional<std::string> fragment;

  Record() = default;
  explicit Record(const Url& url);

  bool is_special() const { return type != Scheme::NotSpecial; }
  bool has_credentials() const { return !username.empty() || !password.empty(); }
  // https://url.spec.whatwg.org/#cannot-have-a-username-password-port
  bool cannot_have_credentials() const { return !host || host->empty() || type == Scheme::File; }
  void set_scheme(std::string name);
  // Parts of the URL that a relative one is based on.
  void copy_authority(const Url& url);
  void copy_query(const Url& url);
  // https://url.spec.whatwg.org/#shorten-a-urls-path
  void shorten_path();
  void append_segment(std::string_view segment);

  // https://url.spec.whatwg.org/#concept-url-serializer
  std::optional<Url> serialize() const;
};

}  // namespace gyre::url
