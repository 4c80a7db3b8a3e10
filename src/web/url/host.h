// https://url.spec.whatwg.org/#host-parsing
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gyre::url {

// The serialized host (domain, IPv4 address, IPv6 address in brackets, or opaque host) that `input`
// stands for; nothing on failure. `is_opaque` is the standard's isOpaque: the URL is not special.
std::optional<std::string> parse_host(std::string_view input, bool is_opaque);

// Whether the last label of a host makes it an IPv4 address, valid or not.
bool ends_in_number(std::string_view host);

}  // namespace gyre::url
