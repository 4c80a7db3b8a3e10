#include "modules/net/stream_wrapped.h"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace gyre::net {
namespace {

enum Encoding { kUtf8, kLatin1, kUtf16 };

// The size of a string's bytes, at most.
size_t capacity(v8::Local<v8::String> text, int encoding) {
  const auto length = static_cast<size_t>(text->Length());
  if (encoding == kLatin1) return length;
  if (encoding == kUtf16) return length * 2;
  return text->IsOneByte() ? length * 2 : length * 3;
}

// Writes a string's bytes; returns their number.
size_t encode(v8::Isolate* isolate, v8::Local<v8::String> text, int encoding, uint8_t* out, size_t size) {
  const auto length = static_cast<uint32_t>(text->Length());
  if (encoding == kLatin1) {
    text->WriteOneByteV2(isolate, 0, length, out);
    return length;
  }
  if (encoding == kUtf16) {
    text->WriteV2(isolate, 0, length, reinterpret_cast<uint16_t*>(out));
    return size_t{length} * 2;
  }
  return text->WriteUtf8V2(isolate, reinterpret_cast<char*>(out), size, v8::String::WriteFlags::kReplaceInvalidUtf8);
}

// Strings up to this size are encoded on the stack: most writes never allocate.
constexpr size_t kStackWrite = 16 * 1024;
// What write() returns when onwritten will come.
constexpr int kPending = 1;

uv_buf_t buffer_of(std::span<const uint8_t> bytes) {
  return uv_buf_init(reinterpret_cast<char*>(const_cast<uint8_t*>(bytes.data())), static_cast<unsigned>(bytes.size()));
}

}  // namespace

int32_t StreamWrapped::read_start() {
  if (!usable()) return UV_EBADF;
  if (bytes().listener() != this && bytes().listener() == nullptr) bytes().set_listener(this);
  return bytes().read_start();
}

int32_t StreamWrapped::read_stop() { return usable() ? bytes().read_stop() : 0; }

void StreamWrapped::use_buffer(v8::Local<v8::Value> buffer) {
  user_buffer_.Reset(realm().isolate(), buffer);
  user_bytes_ = bytes_of(buffer);
}

std::span<uint8_t> StreamWrapped::on_alloc() { return user_bytes_; }

void StreamWrapped::on_data(std::span<const uint8_t> data) {
  if (!realm().can_call_into_js()) return;
  v8::Isolate* isolate = realm().isolate();
  v8::HandleScope handles(isolate);
  v8::Context::Scope entered(realm().context());
  v8::Local<v8::Value> chunk;
  if (!user_bytes_.empty()) {
    chunk = v8::Integer::NewFromUnsigned(isolate, static_cast<uint32_t>(data.size()));
  } else {
    std::unique_ptr<v8::BackingStore> store =
        v8::ArrayBuffer::NewBackingStore(isolate, data.size(), v8::BackingStoreInitializationMode::kUninitialized);
    std::memcpy(store->Data(), data.data(), data.size());
    chunk = realm().buffer(std::shared_ptr<v8::BackingStore>(std::move(store)), 0, data.size());
  }
  v8::Local<v8::Value> argv[] = {chunk, v8::Integer::New(isolate, 0), pending_handle()};
  call_back(realm().name("onread"), 3, argv);
}

void StreamWrapped::on_end(int status) {
  if (!realm().can_call_into_js()) return;
  v8::Isolate* isolate = realm().isolate();
  v8::HandleScope handles(isolate);
  v8::Context::Scope entered(realm().context());
  v8::Local<v8::Value> argv[] = {v8::Undefined(isolate), v8::Integer::New(isolate, status)};
  call_back(realm().name("onread"), 2, argv);
}

std::function<void(int)> StreamWrapped::answer_to(const char* provider, const char* key) {
  auto request = std::make_shared<AsyncRequest>(realm(), provider, async_id());
  return [this, request, key](int status) {
    if (realm().can_call_into_js()) {
      v8::HandleScope handles(realm().isolate());
      v8::Context::Scope entered(realm().context());
      v8::Local<v8::Value> argv[] = {v8::Integer::New(realm().isolate(), status)};
      request->call_back(object(), realm().name(key), 1, argv);
    }
    unpin();
  };
}

int32_t StreamWrapped::write_parts(std::span<uv_buf_t> parts, std::shared_ptr<void> owner) {
  pin();
  const int err = bytes().write(parts, std::move(owner), answer_to("WRITEWRAP", "onwritten"));
  if (err) {
    unpin();
    return err;
  }
  return kPending;
}

int32_t StreamWrapped::write_now(std::span<const uint8_t> data) {
  if (!usable()) return UV_EBADF;
  if (bytes().queued() == 0) {
    uv_buf_t part = buffer_of(data);
    const ssize_t n = bytes().try_write({&part, 1});
    if (n < 0 && n != UV_EAGAIN && n != UV_ENOSYS) return static_cast<int32_t>(n);
    if (n > 0) data = data.subspan(static_cast<size_t>(n));
    if (data.empty()) return 0;
  }
  auto copy = std::make_shared<std::vector<uint8_t>>(data.begin(), data.end());
  uv_buf_t part = buffer_of(*copy);
  return write_parts({&part, 1}, copy);
}

void StreamWrapped::write(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (!usable()) return info.GetReturnValue().Set(static_cast<int32_t>(UV_EBADF));
  v8::Isolate* isolate = info.GetIsolate();
  if (info[0]->IsString()) {
    v8::Local<v8::String> text = info[0].As<v8::String>();
    const int encoding = info[1]->IsInt32() ? info[1].As<v8::Int32>()->Value() : kUtf8;
    const size_t size = capacity(text, encoding);
    if (size <= kStackWrite) {
      uint8_t stack[kStackWrite];
      const size_t used = encode(isolate, text, encoding, stack, size);
      return info.GetReturnValue().Set(write_now({stack, used}));
    }
    auto heap = std::make_shared<std::vector<uint8_t>>(size);
    heap->resize(encode(isolate, text, encoding, heap->data(), size));
    return info.GetReturnValue().Set(write_now(*heap));
  }
  std::span<const uint8_t> data = bytes_of(info[0]);
  if (bytes().queued() == 0) {
    uv_buf_t part = buffer_of(data);
    const ssize_t n = bytes().try_write({&part, 1});
    if (n < 0 && n != UV_EAGAIN && n != UV_ENOSYS) return info.GetReturnValue().Set(static_cast<int32_t>(n));
    if (n > 0) data = data.subspan(static_cast<size_t>(n));
    if (data.empty()) return info.GetReturnValue().Set(0);
  }
  // The rest goes out later, straight from the program's buffer.
  uv_buf_t part = buffer_of(data);
  auto owner = std::make_shared<OwnedBytes>(owned_bytes_of(info[0]));
  info.GetReturnValue().Set(write_parts({&part, 1}, std::move(owner)));
}

void StreamWrapped::writev(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (!usable()) return info.GetReturnValue().Set(static_cast<int32_t>(UV_EBADF));
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Array> list = info[0].As<v8::Array>();
  struct Owned {
    std::vector<uint8_t> text;
    std::vector<OwnedBytes> buffers;
  };
  auto owned = std::make_shared<Owned>();
  struct Part {
    size_t text_offset;
    size_t size;
    const uint8_t* data;  // nullptr: in text
  };
  std::vector<Part> layout;
  for (uint32_t i = 0; i + 1 < list->Length(); i += 2) {
    v8::Local<v8::Value> chunk, encoding;
    if (!list->Get(context, i).ToLocal(&chunk) || !list->Get(context, i + 1).ToLocal(&encoding)) return;
    if (chunk->IsString()) {
      const int kind = encoding->IsInt32() ? encoding.As<v8::Int32>()->Value() : kUtf8;
      v8::Local<v8::String> text = chunk.As<v8::String>();
      const size_t at = owned->text.size();
      const size_t size = capacity(text, kind);
      owned->text.resize(at + size);
      const size_t used = encode(isolate, text, kind, owned->text.data() + at, size);
      owned->text.resize(at + used);
      layout.push_back({at, used, nullptr});
    } else {
      owned->buffers.push_back(owned_bytes_of(chunk));
      layout.push_back({0, owned->buffers.back().size(), owned->buffers.back().data()});
    }
  }
  std::vector<uv_buf_t> parts;
  for (const Part& part : layout) {
    if (part.size == 0) continue;
    parts.push_back(buffer_of({part.data ? part.data : owned->text.data() + part.text_offset, part.size}));
  }
  std::span<uv_buf_t> rest(parts);
  if (bytes().queued() == 0) {
    ssize_t n = rest.empty() ? 0 : bytes().try_write(rest);
    if (n < 0 && n != UV_EAGAIN && n != UV_ENOSYS) return info.GetReturnValue().Set(static_cast<int32_t>(n));
    while (n > 0 && !rest.empty()) {
      if (static_cast<size_t>(n) >= rest[0].len) {
        n -= static_cast<ssize_t>(rest[0].len);
        rest = rest.subspan(1);
      } else {
        rest[0].base += n;
        rest[0].len -= static_cast<size_t>(n);
        n = 0;
      }
    }
    if (rest.empty()) return info.GetReturnValue().Set(0);
  }
  info.GetReturnValue().Set(write_parts(rest, owned));
}

void StreamWrapped::write_message(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (!usable()) return info.GetReturnValue().Set(static_cast<int32_t>(UV_EBADF));
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::String> head = info[0].As<v8::String>();
  const auto head_size = static_cast<size_t>(head->Length());
  const bool has_text = info[1]->IsString();
  const int encoding = has_text && info[2]->IsInt32() ? info[2].As<v8::Int32>()->Value() : kUtf8;
  const std::span<const uint8_t> body = has_text ? std::span<const uint8_t>() : bytes_of(info[1]);
  const size_t body_size = has_text ? capacity(info[1].As<v8::String>(), encoding) : body.size();
  const auto fill = [&](uint8_t* out) {
    head->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(head_size), out);
    if (has_text) return head_size + encode(isolate, info[1].As<v8::String>(), encoding, out + head_size, body_size);
    if (!body.empty()) std::memcpy(out + head_size, body.data(), body.size());
    return head_size + body.size();
  };
  if (head_size + body_size <= kStackWrite) {
    uint8_t stack[kStackWrite];
    const size_t used = fill(stack);
    return info.GetReturnValue().Set(write_now({stack, used}));
  }
  std::vector<uint8_t> heap(head_size + body_size);
  heap.resize(fill(heap.data()));
  info.GetReturnValue().Set(write_now(heap));
}

int32_t StreamWrapped::shutdown() {
  if (!usable()) return UV_ENOTCONN;
  pin();
  const int err = bytes().shutdown(answer_to("SHUTDOWNWRAP", "onshutdown"));
  if (err) unpin();
  return err;
}

StreamWrapped* stream_of(v8::Local<v8::Value> handle) { return unwrap<StreamWrapped>(handle); }

}  // namespace gyre::net
