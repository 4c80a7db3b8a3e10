// Random bytes and prime numbers.
#include "modules/crypto/openssl.h"

#include <openssl/provider.h>
#include <openssl/rand.h>

#include "modules/buffer/vector.h"
#include "modules/crypto/bindings.h"
#include "modules/crypto/call.h"
#include "modules/crypto/input.h"

namespace gyre::crypto {
namespace {

// randomFill(bytes, offset, size)
Outcome<Done> random_fill(OwnedBytes target, double offset, double size) {
  const auto bytes = target.span().subspan(static_cast<size_t>(offset), static_cast<size_t>(size));
  if (bytes.empty()) return Done{};
  if (RAND_bytes_ex(nullptr, bytes.data(), bytes.size(), 0) != 1) {
    return openssl_failure("Random generation failed");
  }
  return Done{};
}

// https://www.rfc-editor.org/rfc/rfc9562#section-5.4
void write_uuid(std::span<uint8_t, 16> bytes, uint8_t* out) {
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  char digits[32];
  buffer::vector::write_hex(bytes, digits);
  constexpr size_t kParts[] = {8, 4, 4, 4, 12};
  const char* from = digits;
  for (const size_t part : kParts) {
    if (from != digits) *out++ = '-';
    std::memcpy(out, from, part);
    out += part;
    from += part;
  }
}

// randomUUIDs(): a list of fresh version 4 UUIDs, or undefined. Many at once, because one alone costs more to
// ask for than to make.
void random_uuids(const Info& info) {
  constexpr size_t kCount = 256;
  constexpr int kTextSize = 36;
  uint8_t bytes[kCount * 16];
  if (RAND_bytes_ex(nullptr, bytes, sizeof bytes, 0) != 1) return;
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Value> texts[kCount];
  for (size_t i = 0; i < kCount; i++) {
    uint8_t text[kTextSize];
    write_uuid(std::span<uint8_t, 16>(bytes + i * 16, 16), text);
    texts[i] = v8::String::NewFromOneByte(isolate, text, v8::NewStringType::kNormal, kTextSize).ToLocalChecked();
  }
  OPENSSL_cleanse(bytes, sizeof bytes);
  info.GetReturnValue().Set(v8::Array::New(isolate, texts, kCount));
}

// generatePrime(bits, safe, add?, remainder?): big-endian bytes.
Outcome<ByteVector> generate_prime(double bits, bool safe, Copied add, Copied remainder) {
  BignumPtr prime(BN_secure_new());
  const BignumPtr step = add.size() > 0 ? to_bignum(add) : nullptr;
  const BignumPtr rest = remainder.size() > 0 ? to_bignum(remainder) : nullptr;
  if (step) {
    // Without a number of that size in the series, the search would never end.
    if (BN_num_bits(step.get()) > static_cast<int>(bits)) {
      return coded(ErrorType::RangeError, "ERR_OUT_OF_RANGE", "invalid options.add");
    }
    if (rest && BN_cmp(step.get(), rest.get()) <= 0) {
      return coded(ErrorType::RangeError, "ERR_OUT_OF_RANGE", "invalid options.rem");
    }
  }
  if (BN_generate_prime_ex(prime.get(), static_cast<int>(bits), safe, step.get(), rest.get(), nullptr) != 1) {
    return openssl_failure("could not generate prime");
  }
  return to_bytes(prime.get());
}

// Throws for numbers that are longer than OpenSSL can count; called before a job is made.
Outcome<Done> check_number(Copied bytes) {
  if (!to_bignum(bytes)) return openssl_failure("BignumPointer");
  return Done{};
}

Outcome<bool> check_prime(Copied candidate, double checks) {
  const BignumPtr number = to_bignum(candidate);
  if (!number) return openssl_failure("BignumPointer");
  const BnCtxPtr context(BN_CTX_new());
  const int result = BN_is_prime_ex(number.get(), static_cast<int>(checks), context.get(), nullptr);
  if (result < 0) return openssl_failure("could not check prime");
  return result == 1;
}

// Compares without telling by the time taken where the difference is: 1 for equal bytes, 0 for others, -1 if the
// lengths differ.
int32_t compare_in_constant_time(v8::Local<v8::Value> one, v8::Local<v8::Value> other) {
  using buffer::vector::Block;
  using buffer::vector::kBlock;
  using buffer::vector::load;
  const buffer::Bytes first(one);
  const buffer::Bytes second(other);
  const size_t size = first.span().size();
  if (second.span().size() != size) return -1;
  const uint8_t* a = first.span().data();
  const uint8_t* b = second.span().data();
  Block difference{};
  size_t i = 0;
  for (; i + kBlock <= size; i += kBlock) {
    difference |= load(a + i) ^ load(b + i);
    // What the compiler does not know, it cannot end the loop by.
#ifdef __x86_64__
    asm volatile("" : "+x"(difference));
#else
    asm volatile("" : "+m"(difference));
#endif
  }
  const int rest = CRYPTO_memcmp(a + i, b + i, size - i);
  return (rest | static_cast<int>(buffer::vector::any(difference))) == 0 ? 1 : 0;
}

void timing_safe_equal(const Info& info) { info.GetReturnValue().Set(compare_in_constant_time(info[0], info[1])); }

int32_t fast_timing_safe_equal(v8::Local<v8::Value>, v8::Local<v8::Value> one, v8::Local<v8::Value> other) {
  return compare_in_constant_time(one, other);
}

// How many bytes of OpenSSL's secure heap are in use.
double secure_heap_used() { return static_cast<double>(CRYPTO_secure_used()); }

// Sets the secure heap up, once a process; false where that is not possible.
bool init_secure_heap(double size, double minimum) {
  if (CRYPTO_secure_malloc_initialized() == 1) return true;
  return CRYPTO_secure_malloc_init(static_cast<size_t>(size), static_cast<size_t>(minimum)) > 0;
}

Outcome<bool> is_fips_enabled() { return EVP_default_properties_is_fips_enabled(nullptr) == 1; }

// Whether OpenSSL's configuration has loaded a provider of approved algorithms.
bool has_fips_provider() { return OSSL_PROVIDER_available(nullptr, "fips") == 1; }

Outcome<Done> set_fips(bool on) {
  if (EVP_default_properties_enable_fips(nullptr, on) != 1) {
    return openssl_failure("Cannot change FIPS mode");
  }
  return Done{};
}

constexpr char kRandomJob[] = "RANDOMBYTESREQUEST";
constexpr char kRandomPrimeJob[] = "RANDOMPRIMEREQUEST";
constexpr char kCheckPrimeJob[] = "CHECKPRIMEREQUEST";

}  // namespace

void bind_random(Binding& b) {
  job<&random_fill, kRandomJob>(b, "randomFill");
  job<&generate_prime, kRandomPrimeJob>(b, "generatePrime");
  job<&check_prime, kCheckPrimeJob>(b, "checkPrime");
  function<&check_number>(b, "checkNumber");
  b.raw_fast<&timing_safe_equal, &fast_timing_safe_equal>("timingSafeEqual");
  b.raw<&random_uuids>("randomUUIDs");
  function<&is_fips_enabled>(b, "isFipsEnabled");
  function<&set_fips>(b, "setFips");
  b.function<&has_fips_provider>("hasFipsProvider");
  b.function<&secure_heap_used>("secureHeapUsed");
  b.function<&init_secure_heap>("initSecureHeap");
}

}  // namespace gyre::crypto
