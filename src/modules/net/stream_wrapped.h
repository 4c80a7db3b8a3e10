// A ByteStream as JavaScript sees it: the methods that every connection handle has (TCP, Pipe, TTY,
// TLS), and the callbacks it makes on its object:
//
//   onread(buffer | undefined, status, handle?)   bytes, or the end (status UV_EOF) or an error
//   onwritten(status)                             a write that could not finish at once has ended
//   onshutdown(status)
#pragma once

#include "binding/handle.h"
#include "loop/byte_stream.h"

namespace gyre::net {

class StreamWrapped : public AsyncWrapped, public StreamListener {
 public:
  static constexpr ClassTag kTag{"Stream", &AsyncWrapped::kTag};
  using AsyncWrapped::AsyncWrapped;

  virtual ByteStream& bytes() = 0;
  // Whether the handle still takes calls.
  virtual bool usable() = 0;

  // Reading for JavaScript: this object becomes the stream's listener.
  int32_t read_start();
  int32_t read_stop();
  // Reads land in this buffer from now on, and onread gets a count in place of bytes.
  void use_buffer(v8::Local<v8::Value> buffer);

  // write(chunk, encoding): chunk a Buffer, or a string with 'utf8' or 'latin1' or 'utf16le' as encoding 0, 1, 2.
  // Returns 0 when everything was written, 1 when onwritten will come, or a negative error.
  void write(const v8::FunctionCallbackInfo<v8::Value>& info);
  // writev([chunk, encoding, chunk, encoding ...]): the same for many, in one call to the system.
  void writev(const v8::FunctionCallbackInfo<v8::Value>& info);
  // writeMessage(head, body, encoding): a Latin-1 string and behind it a string or Buffer (or undefined),
  // in one call to the system. As write() otherwise.
  void write_message(const v8::FunctionCallbackInfo<v8::Value>& info);
  int32_t shutdown();

  double bytes_read() { return static_cast<double>(bytes().bytes_read); }
  double bytes_written() { return static_cast<double>(bytes().bytes_written); }
  double write_queue_size() { return static_cast<double>(bytes().queued()); }

  // Writes bytes that the caller holds only for this call: what does not fit at once is copied. Returns as write().
  int32_t write_now(std::span<const uint8_t> data);

  // StreamListener
  std::span<uint8_t> on_alloc() override;
  void on_data(std::span<const uint8_t> data) override;
  void on_end(int status) override;

  template <typename T>
  static void bind_stream_methods(ClassBuilder<T>& type) {
    type.template method<&StreamWrapped::read_start>("readStart");
    type.template method<&StreamWrapped::read_stop>("readStop");
    type.template method<&StreamWrapped::use_buffer>("useUserBuffer");
    type.template raw_method<&StreamWrapped::write>("write");
    type.template raw_method<&StreamWrapped::writev>("writev");
    type.template raw_method<&StreamWrapped::write_message>("writeMessage");
    type.template method<&StreamWrapped::shutdown>("shutdown");
    type.template method<&StreamWrapped::async_id>("getAsyncId");
    type.template getter<&StreamWrapped::bytes_read>("bytesRead");
    type.template getter<&StreamWrapped::bytes_written>("bytesWritten");
    type.template getter<&StreamWrapped::write_queue_size>("writeQueueSize");
  }

 protected:
  // The handle that came with the bytes over an IPC pipe, or undefined.
  virtual v8::Local<v8::Value> pending_handle() { return v8::Undefined(realm().isolate()); }

  // A request of this handle's: what came of it goes to the object's method `key`, as the request.
  std::function<void(int)> answer_to(const char* provider, const char* key);

 private:
  int32_t write_parts(std::span<uv_buf_t> parts, std::shared_ptr<void> owner);

  v8::Global<v8::Value> user_buffer_;
  std::span<uint8_t> user_bytes_;
};

// The stream behind a handle object, or nullptr.
StreamWrapped* stream_of(v8::Local<v8::Value> handle);

}  // namespace gyre::net
