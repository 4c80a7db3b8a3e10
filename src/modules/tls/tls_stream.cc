#include "modules/tls/tls_stream.h"

#include <openssl/err.h>

#include <algorithm>
#include <cctype>
#include <cstring>

#include "modules/tls/callbacks.h"

namespace gyre::tls {
namespace {

// What one record carries at most.
constexpr size_t kRecord = 16 * 1024;

uv_buf_t buffer_of(std::span<const uint8_t> bytes) {
  return uv_buf_init(reinterpret_cast<char*>(const_cast<uint8_t*>(bytes.data())), static_cast<unsigned>(bytes.size()));
}

}  // namespace

v8::Local<v8::Value> connection_error(Realm& js, const char* otherwise) {
  const unsigned long error = ERR_peek_error();
  if (error == 0) return v8::Exception::Error(js.string(otherwise));
  const char* library = ERR_lib_error_string(error);
  const char* reason = ERR_reason_error_string(error);
  const crypto::BioPtr bio = crypto::writing();
  ERR_print_errors(bio.get());
  const auto object = v8::Exception::Error(js.string(crypto::written_text(bio.get()))).As<v8::Object>();
  if (library) js.set(object, "library", js.string(library));
  if (reason) {
    js.set(object, "reason", js.string(reason));
    std::string code = "ERR_SSL_";
    for (const char* c = reason; *c; c++) {
      code += *c == ' ' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(*c)));
    }
    js.set(object, "code", js.string(code));
  }
  ERR_clear_error();
  return object;
}

TlsStream::TlsStream(Realm& realm, v8::Local<v8::Object> object, v8::Local<v8::Object> below, SecureContext* context,
                     bool is_server)
    : StreamWrapped(realm, object, kTag, "TLSWRAP"),
      below_(net::stream_of(below)),
      below_object_(realm.isolate(), below),
      context_(context),
      context_object_(realm.isolate(), context->object()),
      ssl_(SSL_new(context->get())),
      is_server_(is_server) {
  CHECK(ssl_ && below_);
  in_ = BIO_new(BIO_s_mem());
  out_ = BIO_new(BIO_s_mem());
  // An empty buffer is not the end: more will come.
  BIO_set_mem_eof_return(in_, -1);
  BIO_set_mem_eof_return(out_, -1);
  SSL_set_bio(ssl(), in_, out_);
  SSL_set_app_data(ssl(), this);
  SSL_set_info_callback(ssl(), [](const SSL* ssl, int where, int) { from(ssl)->on_info(where); });
  if (is_server) {
    SSL_set_accept_state(ssl());
  } else {
    SSL_set_connect_state(ssl());
  }
  below_->bytes().set_listener(&cipher_);
}

TlsStream::~TlsStream() { release(); }

void TlsStream::release() {
  if (released_) return;
  released_ = true;
  if (cipher_.stream()) cipher_.stream()->set_listener(nullptr);
  below_ = nullptr;
  below_object_.Reset();
  cancel_pending();
}

void TlsStream::cancel_pending() {
  std::deque<Pending> pending;
  pending.swap(pending_);
  pending_size_ = 0;
  for (Pending& each : pending) {
    if (each.done) each.done(UV_ECANCELED);
  }
}

void TlsStream::abandon_pending() {
  std::deque<Pending> pending;
  pending.swap(pending_);
  pending_size_ = 0;
  for (Pending& each : pending) {
    if (each.is_shutdown) {
      finish_shutdown(std::move(each));
    } else if (each.done) {
      each.done(UV_EPIPE);
    }
  }
}

void TlsStream::start() {
  if (started_ || !below_usable()) return;
  started_ = true;
  below_->bytes().read_start();
  advance();
}

void TlsStream::move_to(v8::Local<v8::Object> below) {
  if (released_ || started_) return;
  if (cipher_.stream()) cipher_.stream()->set_listener(nullptr);
  below_ = net::stream_of(below);
  CHECK(below_);
  below_object_.Reset(realm().isolate(), below);
  below_->bytes().set_listener(&cipher_);
}

void TlsStream::receive(std::span<uint8_t> data) { received(data); }

void TlsStream::received(std::span<const uint8_t> data) {
  if (!usable() || failed_) return;
  BIO_write(in_, data.data(), static_cast<int>(data.size()));
  advance();
}

void TlsStream::below_ended(int status) {
  if (!usable() || saw_end_) return;
  saw_end_ = true;
  end_status_ = status;
  advance();
}

void TlsStream::advance() {
  if (advancing_ || in_ssl_) {
    again_ = true;
    return;
  }
  if (!usable() || !started_) return;
  pin();
  advancing_ = true;
  {
    v8::HandleScope handles(realm().isolate());
    v8::Context::Scope entered(realm().context());
    do {
      again_ = false;
      step();
    } while (again_ && usable());
  }
  advancing_ = false;
  unpin();
}

void TlsStream::step() {
  if (!failed_) {
    // A later negotiation goes on while data is read: some may come in between.
    if (!established_ || (!reading_ && !SSL_is_init_finished(ssl()))) handshake();
    if (usable() && !failed_ && established_) read_clear();
    if (usable() && !failed_ && established_ && SSL_is_init_finished(ssl())) write_pending();
    if (usable()) flush();
    // The peer that a negotiation waits for is gone.
    if (usable() && saw_end_ && !SSL_is_init_finished(ssl())) abandon_pending();
  } else if (!pending_.empty()) {
    cancel_pending();
  }
  if (!usable()) return;
  // Nobody reads: what the peer sends stays where it is, but its end of a negotiation is needed.
  if (established_ && !reading_ && !read_waits_ && below_usable()) {
    read_waits_ = true;
    below_->bytes().read_stop();
  }
  if (saw_end_ && !told_end_ && !failed_ && (reading_ || !established_)) {
    told_end_ = true;
    clear_.deliver_end(end_status_);
  }
}

void TlsStream::handshake() {
  in_ssl_ = true;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl());
  in_ssl_ = false;
  judge(result);
}

// What an operation of OpenSSL left to be told.
void TlsStream::judge(int result) {
  if (!usable()) return;
  const int error = result > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl(), result);
  if (handshake_began_) {
    handshake_began_ = false;
    tell("onhandshakestart");
    if (!usable()) return;
  }
  if (handshake_ended_) {
    handshake_ended_ = false;
    established_ = true;
    // A client's last message waits: a program that doesn't trust the peer never sends it.
    tell("onhandshakedone");
    if (!usable()) return;
  }
  if (error == SSL_ERROR_ZERO_RETURN) {
    saw_end_ = true;
    end_status_ = UV_EOF;
  } else if (error == SSL_ERROR_SSL || error == SSL_ERROR_SYSCALL) {
    fail();
  }
}

void TlsStream::fail() {
  failed_ = true;
  const v8::Local<v8::Value> error = connection_error(realm(), "TLS connection failed");
  // The alert that tells the peer why.
  flush();
  v8::Local<v8::Value> argv[] = {error};
  if (realm().can_call_into_js()) call_back(realm().name("onerror"), 1, argv);
}

void TlsStream::read_clear() {
  uint8_t own[kRecord];
  while (reading_ && usable() && !failed_) {
    std::span<uint8_t> space = clear_.alloc();
    if (space.empty()) space = own;
    in_ssl_ = true;
    ERR_clear_error();
    const int n = SSL_read(ssl(), space.data(), static_cast<int>(std::min<size_t>(space.size(), kRecord)));
    in_ssl_ = false;
    if (n <= 0 || handshake_ended_ || handshake_began_) judge(n);
    if (n <= 0) return;
    if (!usable()) return;
    clear_.deliver({space.data(), static_cast<size_t>(n)});
  }
}

ssize_t TlsStream::encrypt(const char* data, size_t size) {
  if (size == 0) return 0;
  in_ssl_ = true;
  ERR_clear_error();
  const int n = SSL_write(ssl(), data, static_cast<int>(std::min(size, kRecord)));
  in_ssl_ = false;
  if (n > 0) return n;
  const int error = SSL_get_error(ssl(), n);
  if (error == SSL_ERROR_SSL || error == SSL_ERROR_SYSCALL) fail();
  return -1;
}

ssize_t TlsStream::try_write(std::span<const uv_buf_t> parts) {
  if (in_ssl_ || !usable() || !below_usable() || failed_ || !established_ || !SSL_is_init_finished(ssl())) {
    return UV_EAGAIN;
  }
  if (!pending_.empty() || below_->bytes().queued() > 0) return UV_EAGAIN;
  std::vector<char> joined;
  std::span<const char> data;
  if (parts.size() == 1) {
    data = {parts[0].base, parts[0].len};
  } else {
    // Small parts share a record.
    for (const uv_buf_t& part : parts) joined.insert(joined.end(), part.base, part.base + part.len);
    data = joined;
  }
  size_t written = 0;
  while (written < data.size()) {
    const ssize_t n = encrypt(data.data() + written, data.size() - written);
    if (n < 0) break;
    written += static_cast<size_t>(n);
    flush();
    if (!below_usable() || below_->bytes().queued() > 0) break;
  }
  clear_.bytes_written += written;
  return written == 0 && !data.empty() ? static_cast<ssize_t>(UV_EAGAIN) : static_cast<ssize_t>(written);
}

size_t TlsStream::queued() const {
  const size_t below = below_ != nullptr && below_->usable() ? below_->bytes().queued() : 0;
  return pending_size_ + below;
}

void TlsStream::write_pending() {
  while (!pending_.empty() && usable() && !failed_ && !in_ssl_) {
    if (pending_.front().is_shutdown) {
      Pending last = std::move(pending_.front());
      pending_.pop_front();
      finish_shutdown(std::move(last));
      continue;
    }
    Pending& pending = pending_.front();
    while (!pending.parts.empty()) {
      uv_buf_t& part = pending.parts.front();
      if (part.len == 0) {
        pending.parts.erase(pending.parts.begin());
        continue;
      }
      const ssize_t n = encrypt(part.base, part.len);
      if (n < 0) return;  // a negotiation comes first
      part.base += n;
      part.len -= static_cast<size_t>(n);
      pending_size_ -= static_cast<size_t>(n);
      clear_.bytes_written += static_cast<uint64_t>(n);
    }
    std::function<void(int)> done = std::move(pending.done);
    pending_.pop_front();
    flush(std::move(done));
  }
}

void TlsStream::finish_shutdown(Pending pending) {
  if (!below_usable()) {
    if (pending.done) pending.done(UV_ENOTCONN);
    return;
  }
  in_ssl_ = true;
  if (established_ && !failed_ && SSL_is_init_finished(ssl())) SSL_shutdown(ssl());
  in_ssl_ = false;
  ERR_clear_error();
  flush();
  pin();
  auto done = std::make_shared<std::function<void(int)>>(std::move(pending.done));
  const int err = below_->bytes().shutdown([this, done](int status) {
    if (*done) (*done)(status);
    unpin();
  });
  if (err) {
    if (*done) (*done)(err);
    unpin();
  }
}

void TlsStream::flush(std::function<void(int)> done) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(out_, &data);
  if (!below_usable()) {
    if (done) done(UV_EPIPE);
    return;
  }
  if (size <= 0 && !done) return;
  std::span<const uint8_t> rest(reinterpret_cast<uint8_t*>(data), static_cast<size_t>(std::max(size, 0L)));
  ByteStream& below = below_->bytes();
  if (!done && below.queued() == 0) {
    const uv_buf_t part = buffer_of(rest);
    const ssize_t n = below.try_write({&part, 1});
    if (n > 0) rest = rest.subspan(static_cast<size_t>(n));
    if (n < 0 && n != UV_EAGAIN && n != UV_ENOSYS) rest = {};  // reading tells of the broken connection
  }
  if (rest.empty() && !done) {
    BIO_reset(out_);
    return;
  }
  auto copy = std::make_shared<std::vector<uint8_t>>(rest.begin(), rest.end());
  BIO_reset(out_);
  const uv_buf_t part = buffer_of(*copy);
  pin();
  auto shared = std::make_shared<std::function<void(int)>>(std::move(done));
  const int err = below.write({&part, 1}, copy, [this, shared](int status) {
    if (*shared) (*shared)(status);
    unpin();
  });
  if (err) {
    if (*shared) (*shared)(err);
    unpin();
  }
}

int TlsStream::Clear::read_start() {
  owner_.reading_ = true;
  if (!owner_.started_) return 0;
  if (owner_.read_waits_ && owner_.below_usable()) {
    owner_.read_waits_ = false;
    if (!owner_.saw_end_) owner_.below_->bytes().read_start();
  }
  owner_.advance();
  return 0;
}

int TlsStream::Clear::read_stop() {
  owner_.reading_ = false;
  owner_.advance();
  return 0;
}

int TlsStream::Clear::write(std::span<const uv_buf_t> parts, std::shared_ptr<void> owner,
                            std::function<void(int)> done) {
  if (!owner_.usable() || !owner_.below_usable() || owner_.failed_) return UV_EPIPE;
  Pending pending{{parts.begin(), parts.end()}, std::move(owner), std::move(done)};
  for (const uv_buf_t& part : parts) owner_.pending_size_ += part.len;
  owner_.pending_.push_back(std::move(pending));
  owner_.advance();
  return 0;
}

int TlsStream::Clear::shutdown(std::function<void(int)> done) {
  if (!owner_.usable() || !owner_.below_usable()) return UV_ENOTCONN;
  Pending pending{{}, nullptr, std::move(done), true};
  if (owner_.failed_ || (owner_.saw_end_ && !owner_.established_)) {
    owner_.finish_shutdown(std::move(pending));
    return 0;
  }
  owner_.pending_.push_back(std::move(pending));
  owner_.advance();
  return 0;
}

void TlsStream::tell(const char* name, std::vector<v8::Local<v8::Value>> argv) {
  if (!realm().can_call_into_js()) return;
  v8::HandleScope handles(realm().isolate());
  call_back(realm().name(name), static_cast<int>(argv.size()), argv.data());
}

// A question to script; nothing if it threw, which is then reported.
v8::MaybeLocal<v8::Value> TlsStream::ask(const char* name, std::vector<v8::Local<v8::Value>> argv) {
  if (!realm().can_call_into_js()) return {};
  v8::Local<v8::Value> function;
  v8::Local<v8::Object> self = object();
  if (!self->Get(realm().context(), realm().name(name)).ToLocal(&function) || !function->IsFunction()) return {};
  return realm().call(self, function.As<v8::Function>(), static_cast<int>(argv.size()), argv.data());
}

}  // namespace gyre::tls
