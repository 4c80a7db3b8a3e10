// The states of the URL parser.
#pragma once

#include <string_view>

#include "web/url/record.h"

namespace gyre::url {

// https://url.spec.whatwg.org/#url-parsing. The names are the standard's.
enum class State : uint8_t {
  SchemeStart,
  Scheme,
  NoScheme,
  SpecialRelativeOrAuthority,
  PathOrAuthority,
  Relative,
  RelativeSlash,
  SpecialAuthoritySlashes,
  SpecialAuthorityIgnoreSlashes,
  Authority,
  Host,
  Hostname,
  Port,
  File,
  FileSlash,
  FileHost,
  PathStart,
  Path,
  OpaquePath,
  Query,
  Fragment,
};

// Runs the machine over `input`, which holds no tab or newline any more. With an override it is a
// setter's: it starts in that state and stops where the standard says so. False is failure; what the
// machine has changed in `url` by then stays changed.
bool run_state_machine(std::string_view input, const Url* base, Record& url,
                       std::optional<State> state_override = std::nullopt);

}  // namespace gyre::url
