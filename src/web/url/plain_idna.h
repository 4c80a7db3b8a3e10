// UTS #46 without its tables, for the domains that it hardly changes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gyre::url {

// The domain in ASCII, if its labels are letters of the most common scripts, which at most have to become
// small ones, digits and '-' or '_'. Nothing says nothing: any other domain is left to ICU.
std::optional<std::string> plain_domain_to_ascii(std::string_view domain);

}  // namespace gyre::url
