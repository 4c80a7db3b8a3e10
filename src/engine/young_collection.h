// Collecting young garbage when somebody other than V8 sees that it is time. V8 13.6 does not count what
// young ArrayBuffers hold: it begins to mark the whole heap when it could have had their memory back for
// a tenth of the work.
#pragma once

#include <string>
#include <string_view>

#include "v8.h"

namespace gyre {

// V8 lets an embedder ask for this only under --expose-gc, which is set for the moment. A program that
// uses that flag itself is left alone: then nothing is collected.
void collect_young(v8::Isolate* isolate);

// For every flag that a program sets, before V8 gets it.
void note_engine_flags(std::string_view flags);
// Sets V8's flags while the program runs.
void change_engine_flags(const std::string& flags);

}  // namespace gyre
