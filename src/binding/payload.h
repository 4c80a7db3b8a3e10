// How a native object goes to another thread: it leaves a payload in the message, and the receiving
// thread makes an object of that.
#pragma once

#include "v8.h"

namespace gyre {

class Realm;

class Payload {
 public:
  virtual ~Payload() = default;
  // On the receiving thread; may be called in several threads when a message was broadcast, and at
  // most once for an object that was moved.
  virtual v8::MaybeLocal<v8::Object> receive(Realm& js) = 0;
};

}  // namespace gyre
