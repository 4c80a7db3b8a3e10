// Header fields between JavaScript and nghttp2.
#pragma once

#include <nghttp2/nghttp2.h>

#include <string>
#include <vector>

#include "binding/binding.h"

namespace gyre::http2 {

// Fields to be sent. Script hands them over as one Latin-1 string of "name\0value\0flag" each, with
// their number beside it: a value that held a NUL would show as a wrong count, and nothing is sent.
class HeaderBlock {
 public:
  HeaderBlock(v8::Isolate* isolate, v8::Local<v8::Value> text, uint32_t count);

  bool valid() const { return valid_; }
  const nghttp2_nv* data() const { return fields_.data(); }
  size_t size() const { return fields_.size(); }

 private:
  std::string bytes_;
  std::vector<nghttp2_nv> fields_;
  bool valid_ = false;
};

// Fields that arrive, as nghttp2 counts references to them.
class FieldList {
 public:
  FieldList() = default;
  ~FieldList() { clear(); }
  FieldList(const FieldList&) = delete;
  void operator=(const FieldList&) = delete;

  void add(nghttp2_rcbuf* name, nghttp2_rcbuf* value, uint8_t flags);
  void clear();
  size_t count() const { return fields_.size(); }
  // The size as SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113, 6.5.2).
  size_t list_size() const { return list_size_; }

  // [name, value, name, value ...]
  v8::Local<v8::Array> to_array(Realm& js) const;
  // The names of fields that are never to be indexed, or undefined.
  v8::Local<v8::Value> sensitive(Realm& js) const;

 private:
  struct Field {
    nghttp2_rcbuf* name;
    nghttp2_rcbuf* value;
    bool sensitive;
  };
  std::vector<Field> fields_;
  size_t list_size_ = 0;
  bool has_sensitive_ = false;
};

}  // namespace gyre::http2
