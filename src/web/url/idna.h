// Internationalized domain names (UTS #46), by ICU.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gyre::url {

// The domain in ASCII ("xn--..." labels, lower case); nothing when a label is not valid. Bytes that
// are not UTF-8 are not valid either.
std::optional<std::string> domain_to_ascii(std::string_view domain);

// The domain with its "xn--..." labels decoded. Labels that are not valid stay readable, with
// U+FFFD where something is wrong.
std::string domain_to_unicode(std::string_view domain);

}  // namespace gyre::url
