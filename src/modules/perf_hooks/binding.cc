// native('histogram'): histograms, and one that measures the delay of the event loop.
#include <uv.h>

#include <cmath>
#include <memory>

#include "binding/handle.h"
#include "modules/perf_hooks/histogram.h"

namespace gyre::perf_hooks {
namespace {

v8::Local<v8::Value> big(Realm& js, int64_t value) { return v8::BigInt::New(js.isolate(), value); }

// What JavaScript holds of a histogram.
class HistogramHandle final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"Histogram", nullptr};

  HistogramHandle(Realm& js, v8::Local<v8::Object> object, int64_t lowest, int64_t highest, int32_t figures,
                  double half_life, double threshold)
      : HistogramHandle(
            js, object,
            std::make_shared<Histogram>(Histogram::Options{lowest, highest, figures, half_life, threshold})) {}
  HistogramHandle(Realm& js, v8::Local<v8::Object> object, std::shared_ptr<Histogram> histogram)
      : Wrapped(js, object, kTag), histogram_(std::move(histogram)) {}

  const std::shared_ptr<Histogram>& histogram() const { return histogram_; }

  // A clone shares the histogram: what one thread records the other sees.
  std::shared_ptr<Payload> clone() override;

  bool record(int64_t value) { return histogram_->record(value); }
  double record_delta() { return static_cast<double>(histogram_->record_delta()); }
  // Also counts what would have been recorded meanwhile, had the recording not been held up.
  void record_corrected(int64_t value, int64_t interval) {
    histogram_->record(value);
    if (interval <= 0) return;
    for (int64_t missing = value - interval; missing >= interval; missing -= interval) histogram_->record(missing);
  }
  void add(HistogramHandle* other) { histogram_->add(*other->histogram_); }
  void subtract(HistogramHandle* other) { histogram_->add(*other->histogram_, -1); }
  void reset() { histogram_->reset(); }
  double count() { return static_cast<double>(histogram_->count()); }
  double exceeds() { return static_cast<double>(histogram_->exceeds()); }
  double min() { return static_cast<double>(histogram_->min()); }
  double max() { return static_cast<double>(histogram_->max()); }
  v8::Local<v8::Value> count_big(Realm& js) { return big(js, histogram_->count()); }
  v8::Local<v8::Value> exceeds_big(Realm& js) { return big(js, histogram_->exceeds()); }
  v8::Local<v8::Value> min_big(Realm& js) { return big(js, histogram_->min()); }
  v8::Local<v8::Value> max_big(Realm& js) { return big(js, histogram_->max()); }
  double mean() { return histogram_->mean(); }
  double stddev() { return histogram_->stddev(); }
  double skewness() { return histogram_->skewness(); }
  double kurtosis() { return histogram_->kurtosis(); }
  double ewma_mean() { return histogram_->averages().mean; }
  double ewma_stddev() { return std::sqrt(histogram_->averages().variance); }
  double ewma_error_rate() { return histogram_->averages().error_rate; }
  double percentile(double at) { return static_cast<double>(histogram_->percentile(at)); }
  v8::Local<v8::Value> percentile_big(Realm& js, double at) { return big(js, histogram_->percentile(at)); }
  double count_at(int64_t value) { return static_cast<double>(histogram_->count_at(value)); }
  double cdf(int64_t value) { return histogram_->cdf(value); }
  // [percentile, value as a bigint, ...]
  v8::Local<v8::Value> percentiles(Realm& js) {
    std::vector<v8::Local<v8::Value>> out;
    for (const auto& [at, value] : histogram_->percentiles()) {
      out.push_back(v8::Number::New(js.isolate(), at));
      out.push_back(big(js, value));
    }
    return v8::Array::New(js.isolate(), out.data(), out.size());
  }
  // [value, count, ...] of what was recorded.
  std::vector<double> buckets() {
    std::vector<double> out;
    for (const auto& [value, count] : histogram_->buckets()) {
      out.push_back(static_cast<double>(value));
      out.push_back(static_cast<double>(count));
    }
    return out;
  }

 private:
  std::shared_ptr<Histogram> histogram_;
};

class HistogramPayload final : public Payload {
 public:
  explicit HistogramPayload(std::shared_ptr<Histogram> histogram) : histogram_(std::move(histogram)) {}
  v8::MaybeLocal<v8::Object> receive(Realm& js) override {
    if (!js.templates().contains(&HistogramHandle::kTag) && bind_module(js, "histogram").IsEmpty()) return {};
    v8::Local<v8::Object> object = instance_of<HistogramHandle>(js);
    new HistogramHandle(js, object, histogram_);
    return object;
  }

 private:
  std::shared_ptr<Histogram> histogram_;
};

std::shared_ptr<Payload> HistogramHandle::clone() { return std::make_shared<HistogramPayload>(histogram_); }

// Records how much time passes between two timers of the event loop.
class LoopDelay final : public HandleWrapped<uv_timer_t> {
 public:
  static constexpr ClassTag kTag{"LoopDelay", &HandleWrapped<uv_timer_t>::kTag};

  LoopDelay(Realm& js, v8::Local<v8::Object> object, HistogramHandle* histogram, uint32_t resolution)
      : HandleWrapped(js, object, kTag, "ELDHISTOGRAM"), histogram_(histogram->histogram()), resolution_(resolution) {
    CHECK(uv_timer_init(js.loop(), handle()) == 0);
    opened();
    uv_unref(base());
  }

  void start(bool reset) {
    if (!is_open()) return;
    if (reset) histogram_->reset();
    uv_timer_start(
        handle(), [](uv_timer_t* timer) { static_cast<LoopDelay*>(from(timer))->histogram_->record_delta(); },
        resolution_, resolution_);
    uv_unref(base());
  }
  void stop() {
    if (is_open()) uv_timer_stop(handle());
  }

 private:
  std::shared_ptr<Histogram> histogram_;
  uint32_t resolution_;
};

}  // namespace

GYRE_MODULE(histogram) {
  b.class_<HistogramHandle>("Histogram")
      .constructor<int64_t, int64_t, int32_t, double, double>()
      .method<&HistogramHandle::record>("record")
      .method<&HistogramHandle::record_delta>("recordDelta")
      .method<&HistogramHandle::record_corrected>("recordCorrected")
      .method<&HistogramHandle::add>("add")
      .method<&HistogramHandle::subtract>("subtract")
      .method<&HistogramHandle::reset>("reset")
      .method<&HistogramHandle::count>("count")
      .method<&HistogramHandle::exceeds>("exceeds")
      .method<&HistogramHandle::min>("min")
      .method<&HistogramHandle::max>("max")
      .method<&HistogramHandle::count_big>("countBigInt")
      .method<&HistogramHandle::exceeds_big>("exceedsBigInt")
      .method<&HistogramHandle::min_big>("minBigInt")
      .method<&HistogramHandle::max_big>("maxBigInt")
      .method<&HistogramHandle::mean>("mean")
      .method<&HistogramHandle::stddev>("stddev")
      .method<&HistogramHandle::skewness>("skewness")
      .method<&HistogramHandle::kurtosis>("kurtosis")
      .method<&HistogramHandle::ewma_mean>("ewmaMean")
      .method<&HistogramHandle::ewma_stddev>("ewmaStddev")
      .method<&HistogramHandle::ewma_error_rate>("ewmaErrorRate")
      .method<&HistogramHandle::percentile>("percentile")
      .method<&HistogramHandle::percentile_big>("percentileBigInt")
      .method<&HistogramHandle::count_at>("countAt")
      .method<&HistogramHandle::cdf>("cdf")
      .method<&HistogramHandle::percentiles>("percentiles")
      .method<&HistogramHandle::buckets>("buckets");
  auto delay = b.class_<LoopDelay>("LoopDelay");
  delay.constructor<HistogramHandle*, uint32_t>().method<&LoopDelay::start>("start").method<&LoopDelay::stop>("stop");
  LoopDelay::bind_methods(delay);
}

}  // namespace gyre::perf_hooks
