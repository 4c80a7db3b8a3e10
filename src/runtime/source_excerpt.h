// The place in the source where an error is, as text for people.
#pragma once

#include <string>

#include "binding/realm.h"

namespace gyre {

// "file:line\nsource line\n    ^^^^\n", or empty when the source is not known.
std::string source_excerpt(Realm& js, v8::Local<v8::Message> message);

// Name of the private property with the excerpt of errors whose place V8 no longer knows (a script
// gave them another stack); "" when their stack begins with it.
inline constexpr char kExcerpt[] = "gyre:excerpt";

}  // namespace gyre
