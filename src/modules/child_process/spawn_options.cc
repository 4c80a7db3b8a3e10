#include "modules/child_process/spawn_options.h"

namespace gyre::child_process {

namespace {

bool get(Realm& js, v8::Local<v8::Object> object, const char* key, v8::Local<v8::Value>& out) {
  return object->Get(js.context(), js.name(key)).ToLocal(&out);
}

// Reads a property unless it is undefined or null.
template <typename T>
bool get_optional(Realm& js, v8::Local<v8::Object> object, const char* key, T& out) {
  v8::Local<v8::Value> value;
  if (!get(js, object, key, value)) return false;
  return value->IsNullOrUndefined() || from_js(js, value, out);
}

bool read_stdio(Realm& js, v8::Local<v8::Value> value, Stdio& out) {
  if (!value->IsObject()) return wrong_kind(js, "an object");
  v8::Local<v8::Object> object = value.As<v8::Object>();
  std::string type;
  v8::Local<v8::Value> handle;
  v8::Local<v8::Value> input;
  if (!get_optional(js, object, "type", type) || !get_optional(js, object, "fd", out.fd) ||
      !get_optional(js, object, "writable", out.writable) || !get(js, object, "handle", handle) ||
      !get(js, object, "input", input)) {
    return false;
  }
  if (type == "pipe" || type == "overlapped") {
    out.kind = Stdio::kPipe;
    out.pipe = unwrap<net::Pipe>(handle);
    if (!input->IsNullOrUndefined()) return from_js(js, input, out.input);
  } else if (type != "ignore") {
    out.kind = Stdio::kFd;
  }
  return true;
}

}  // namespace

bool from_js(Realm& js, v8::Local<v8::Value> value, SpawnOptions& out) {
  if (!value->IsObject()) return wrong_kind(js, "an object");
  v8::Local<v8::Object> object = value.As<v8::Object>();
  std::optional<int64_t> uid;
  std::optional<int64_t> gid;
  bool detached = false;
  v8::Local<v8::Value> stdio;
  if (!get_optional(js, object, "file", out.file) || !get_optional(js, object, "args", out.args) ||
      !get_optional(js, object, "envPairs", out.env) || !get_optional(js, object, "cwd", out.cwd) ||
      !get_optional(js, object, "detached", detached) || !get_optional(js, object, "uid", uid) ||
      !get_optional(js, object, "gid", gid) || !get(js, object, "stdio", stdio)) {
    return false;
  }
  if (detached) out.flags |= UV_PROCESS_DETACHED;
  if (uid) {
    out.flags |= UV_PROCESS_SETUID;
    out.uid = static_cast<uv_uid_t>(*uid);
  }
  if (gid) {
    out.flags |= UV_PROCESS_SETGID;
    out.gid = static_cast<uv_gid_t>(*gid);
  }
  if (!stdio->IsArray()) return true;
  v8::Local<v8::Array> list = stdio.As<v8::Array>();
  out.stdio.resize(list->Length());
  for (uint32_t i = 0; i < list->Length(); i++) {
    v8::Local<v8::Value> entry;
    if (!list->Get(js.context(), i).ToLocal(&entry) || !read_stdio(js, entry, out.stdio[i])) return false;
  }
  return true;
}

}  // namespace gyre::child_process
