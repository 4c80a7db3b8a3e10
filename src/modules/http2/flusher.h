// Writes what sessions have to say before the loop waits again, so that what a turn of the loop adds
// goes out in one write.
#pragma once

#include <deque>

#include "binding/handle.h"

namespace gyre::http2 {

class Session;

class Flusher final : public HandleWrapped<uv_prepare_t> {
 public:
  static constexpr ClassTag kTag{"Http2Flusher", &HandleWrapped<uv_prepare_t>::kTag};
  Flusher(Realm& js, v8::Local<v8::Object> object);

  // The session is flushed before the loop waits; the loop stays open until then.
  void add(Session& session);
  void remove(Session& session);

 private:
  void run();

  std::deque<Session*> waiting_;
};

}  // namespace gyre::http2
