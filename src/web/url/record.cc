#include "web/url/record.h"

#include "web/url/percent_encode.h"

namespace gyre::url {

Scheme scheme_type(std::string_view name) {
  if (name == "https") return Scheme::Https;
  if (name == "http") return Scheme::Http;
  if (name == "file") return Scheme::File;
  if (name == "ws") return Scheme::Ws;
  if (name == "wss") return Scheme::Wss;
  if (name == "ftp") return Scheme::Ftp;
  return Scheme::NotSpecial;
}

int default_port(Scheme scheme) {
  switch (scheme) {
    case Scheme::Http:
    case Scheme::Ws: return 80;
    case Scheme::Https:
    case Scheme::Wss: return 443;
    case Scheme::Ftp: return 21;
    case Scheme::File:
    case Scheme::NotSpecial: return -1;
  }
  return -1;
}

bool is_drive_letter(std::string_view text) {
  return text.size() == 2 && is_alpha(text[0]) && (text[1] == ':' || text[1] == '|');
}

bool is_normalized_drive_letter(std::string_view text) { return is_drive_letter(text) && text[1] == ':'; }

bool starts_with_drive_letter(std::string_view text) {
  if (text.size() < 2 || !is_drive_letter(text.substr(0, 2))) return false;
  if (text.size() == 2) return true;
  return text[2] == '/' || text[2] == '\\' || text[2] == '?' || text[2] == '#';
}

std::string_view Url::username() const {
  return has_credentials() ? slice(protocol_end + 2, username_end) : std::string_view();
}

std::string_view Url::password() const {
  if (!has_credentials() || href[username_end] != ':') return {};
  return slice(username_end + 1, host_start - 1);
}

std::string_view Url::port() const {
  return has_host() && host_end < path_start ? slice(host_end + 1, path_start) : std::string_view();
}

bool Url::has_opaque_path() const {
  return !has_host() && path_start == protocol_end && !pathname().starts_with('/') &&
         scheme_type(scheme()) == Scheme::NotSpecial;
}

Record::Record(const Url& url) {
  set_scheme(std::string(url.scheme()));
  copy_authority(url);
  path = url.pathname();
  // An empty path without a host is opaque: an empty list of segments needs a host.
  has_opaque_path = url.has_opaque_path();
  copy_query(url);
  if (!url.hash().empty()) fragment = url.hash().substr(1);
}

void Record::set_scheme(std::string name) {
  type = scheme_type(name);
  scheme = std::move(name);
}

void Record::copy_authority(const Url& url) {
  username = url.username();
  password = url.password();
  host.reset();
  if (url.has_host()) host = url.hostname();
  port.reset();
  if (!url.port().empty()) {
    uint32_t number = 0;
    for (char digit : url.port()) number = number * 10 + (digit - '0');
    port = static_cast<uint16_t>(number);
  }
}

void Record::copy_query(const Url& url) {
  query.reset();
  if (!url.search().empty()) query = url.search().substr(1);
}

void Record::shorten_path() {
  // 2-3. A drive letter alone cannot be left.
  bool is_drive = type == Scheme::File && !path.empty() && is_normalized_drive_letter(std::string_view(path).substr(1));
  if (is_drive) return;
  // 4. Otherwise the last segment goes.
  size_t last = path.rfind('/');
  if (last != std::string::npos) path.resize(last);
}

void Record::append_segment(std::string_view segment) {
  path += '/';
  path += segment;
}

std::optional<Url> Record::serialize() const {
  size_t size = scheme.size() + username.size() + password.size() + path.size() + 32;
  if (host) size += host->size();
  if (query) size += query->size();
  if (fragment) size += fragment->size();
  if (size > UINT32_MAX) return std::nullopt;

  Url url;
  std::string& out = url.href;
  auto here = [&] { return static_cast<uint32_t>(out.size()); };
  out.reserve(size);
  // 1.
  out += scheme;
  out += ':';
  url.protocol_end = url.username_end = url.host_start = url.host_end = here();
  // 2. The authority.
  if (host) {
    out += "//";
    out += username;
    url.username_end = here();
    if (!password.empty()) {
      out += ':';
      out += password;
    }
    if (has_credentials()) out += '@';
    url.host_start = here();
    out += *host;
    url.host_end = here();
    if (port) {
      out += ':';
      out += std::to_string(*port);
    }
  } else if (!has_opaque_path && path.starts_with("//")) {
    // 3. What must not be read as a host.
    out += "/.";
  }
  // 4.
  url.path_start = here();
  out += path;
  // 5.
  url.search_start = here();
  if (query) {
    out += '?';
    out += *query;
  }
  // 6.
  url.hash_start = here();
  if (fragment) {
    out += '#';
    out += *fragment;
  }
  return url;
}

}  // namespace gyre::url
