#include "modules/crypto/openssl.h"

#include <algorithm>

namespace gyre::crypto {

BioPtr reading(ByteView bytes) { return BioPtr(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))); }

BioPtr writing() { return BioPtr(BIO_new(BIO_s_mem())); }

ByteVector written(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, data + std::max(size, 0L)};
}

std::string written_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<size_t>(std::max(size, 0L))};
}

ByteVector to_bytes(const BIGNUM* number, size_t size) {
  ByteVector bytes(std::max<size_t>(size, BN_num_bytes(number)));
  BN_bn2binpad(number, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

BignumPtr to_bignum(ByteView bytes) {
  return BignumPtr(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

}  // namespace gyre::crypto
