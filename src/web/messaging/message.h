// A JavaScript value on its way to another thread, or to a copy of itself.
// https://html.spec.whatwg.org/multipage/structured-data.html
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "binding/payload.h"
#include "binding/realm.h"

namespace gyre::messaging {

// What goes along with a value, as web/messaging/transfer.js prepared it.
struct TransferList {
  std::vector<v8::Local<v8::Object>> objects;  // ArrayBuffers and native objects
  // JavaScript objects that are moved, and for each the description of what becomes of it.
  std::vector<v8::Local<v8::Object>> hosts;
  std::vector<v8::Local<v8::Value>> descriptions;
  // A buffer of some size that the value contains, of which the message gets a copy as it is: empty if
  // none is known. Not for messages that several will read.
  v8::Local<v8::ArrayBuffer> block;
};

// Made on one thread, read on another. A broadcast message is read by several.
class Message {
 public:
  // Throws (a DataCloneError, or what script threw) and returns false if the value cannot be cloned.
  // `source` is the port that it is sent through, which cannot be sent through itself.
  bool write(Realm& js, v8::Local<v8::Value> value, TransferList& transfer, v8::Local<v8::Object> source);

  // A message that does not leave the thread: `copy` is what somebody there will get.
  static std::shared_ptr<Message> local(Realm& js, v8::Local<v8::Value> copy);
  // Makes one that a serializer wrote of it, as it will leave the thread, or the context.
  void leave_thread(Realm& js);

  // A message that is a string, or the value that JSON makes of it.
  static std::shared_ptr<Message> text(Realm& js, v8::Local<v8::String> text, bool is_json);

  // The value, in the current context; adds the native objects that were moved with it to `moved`.
  // `receive` may be given to make objects of ours, where that context is not the main one.
  v8::MaybeLocal<v8::Value> read(Realm& js, std::vector<v8::Local<v8::Value>>& moved,
                                 v8::Local<v8::Function> receive = {});

  // The end of a channel, rather than a value.
  static std::shared_ptr<Message> closing();
  bool is_closing() const { return is_closing_; }

 private:
  friend class Writer;
  friend class Reader;
  friend class Forger;  // of tests/fuzz: messages that no writer wrote

  v8::MaybeLocal<v8::Value> read_text(Realm& js) const;

  // What value_ holds: what a serializer has written, or characters.
  enum class Format : uint8_t { Serialized, OneByteText, TwoByteText };

  // What a serializer has written.
  struct Part {
    std::unique_ptr<uint8_t, void (*)(void*)> bytes{nullptr, free};
    size_t size = 0;
    // For an object of ours: the function that makes it of the value.
    std::string id;
  };

  v8::Global<v8::Value> copy_;  // instead of all else, while the message is local
  Format format_ = Format::Serialized;
  bool is_json_ = false;
  Part value_;
  // Objects of ours inside the value, each after those that it contains. They are parts of their
  // own because V8 allows no script while it reads, and making them takes some.
  std::vector<Part> objects_;
  std::vector<std::shared_ptr<v8::BackingStore>> buffers_;
  std::vector<std::shared_ptr<v8::BackingStore>> shared_buffers_;
  std::vector<v8::CompiledWasmModule> wasm_modules_;
  // Keeps objects that threads share (--harmony-struct) alive meanwhile.
  std::optional<v8::SharedValueConveyor> shared_values_;
  std::vector<std::shared_ptr<Payload>> payloads_;  // those that were moved come first
  bool has_exceptions_ = false;                     // errors that were DOMExceptions
  size_t moved_ = 0;
  bool is_closing_ = false;
};

// The functions of web/messaging/transfer.js, and what cloning has to know of each thread.
class Writer;
struct Hooks {
  explicit Hooks(Realm&) {}
  Writer* writer = nullptr;                   // that writes now
  v8::Global<v8::Function> data_clone_error;  // (message, code?) -> the error
  v8::Global<v8::Function> receive;           // (id, data) -> the object
  v8::Global<v8::Function> revive;            // (value): makes DOMExceptions of marked errors in it
  v8::Global<v8::Function> deliver;           // as a method of the native port: (value, moved?) a message has come
  v8::Global<v8::String> onclose;             // the name
  v8::Global<v8::Symbol> clone_symbol;
  v8::Global<v8::Private> uncloneable;
  v8::Global<v8::Value> object_prototype;  // of the main context
  bool any_uncloneable = false;
};
Hooks& hooks(Realm& js);

// Someone asks a DOMException for its name. If it is the serializer, which writes it as an error, then
// `text` becomes the message of what it writes.
void note_exception(Realm& js, v8::Local<v8::String> text);

// Throws a DataCloneError.
void throw_data_clone_error(Realm& js, std::string_view message);

// Converts the argument that script passes: [objects, hosts, descriptions] or undefined.
bool from_js(Realm& js, v8::Local<v8::Value> value, TransferList& out);

}  // namespace gyre::messaging
