#include "modules/perf_hooks/histogram.h"

#include <uv.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace gyre::perf_hooks {

Histogram::Histogram(const Options& options) : highest_(options.highest), threshold_(options.threshold) {
  if (options.half_life > 0) weight_ = 1 - std::exp2(-1 / options.half_life);
  unit_magnitude_ = std::bit_width(static_cast<uint64_t>(options.lowest)) - 1;
  // So many divisions that two values that differ in the last wanted digit lie in different ones.
  const auto resolution = static_cast<uint64_t>(2 * std::pow(10, options.figures));
  const int magnitude = std::bit_width(resolution - 1);
  half_magnitude_ = std::max(magnitude, 1) - 1;
  const int64_t divisions = int64_t{1} << (half_magnitude_ + 1);
  mask_ = (divisions - 1) << unit_magnitude_;
  int buckets = 1;
  for (int64_t end = divisions << unit_magnitude_; end <= options.highest; end <<= 1) {
    buckets++;
    if (end > INT64_MAX / 2) break;
  }
  counts_.resize((buckets + 1) * (divisions / 2));
}

size_t Histogram::index_of(int64_t value) const {
  const int bucket = std::bit_width(static_cast<uint64_t>(value | mask_)) - unit_magnitude_ - half_magnitude_ - 1;
  const int64_t division = value >> (bucket + unit_magnitude_);
  return (int64_t{bucket + 1} << half_magnitude_) + division - (int64_t{1} << half_magnitude_);
}

int64_t Histogram::lowest_at(size_t index) const {
  int bucket = static_cast<int>(index >> half_magnitude_) - 1;
  int64_t division = (index & ((int64_t{1} << half_magnitude_) - 1)) + (int64_t{1} << half_magnitude_);
  if (bucket < 0) {
    division -= int64_t{1} << half_magnitude_;
    bucket = 0;
  }
  return division << (bucket + unit_magnitude_);
}

int64_t Histogram::width_at(size_t index) const {
  const int bucket = std::max(static_cast<int>(index >> half_magnitude_) - 1, 0);
  return int64_t{1} << (bucket + unit_magnitude_);
}

void Histogram::average(double value) {
  const double error = threshold_ > 0 && value > threshold_ ? 1 : 0;
  if (!averages_.has_values) {
    averages_ = {value, 0, error, true};
    return;
  }
  const double difference = value - averages_.mean;
  const double step = weight_ * difference;
  averages_.mean += step;
  averages_.variance = (1 - weight_) * (averages_.variance + difference * step);
  averages_.error_rate += weight_ * (error - averages_.error_rate);
}

Histogram::Averages Histogram::averages() const {
  std::lock_guard lock(mutex_);
  return averages_;
}

bool Histogram::record_locked(int64_t value, int64_t times) {
  if (value < 0) return false;
  const size_t index = index_of(value);
  if (value > highest_ || index >= counts_.size()) {
    exceeds_ += times;
    return false;
  }
  counts_[index] += times;
  total_ += times;
  if (value != 0) min_ = std::min(min_, value);
  max_ = std::max(max_, value);
  return true;
}

bool Histogram::record(int64_t value, int64_t times) {
  std::lock_guard lock(mutex_);
  if (!record_locked(value, times)) return false;
  for (int64_t i = 0; weight_ > 0 && i < times; i++) average(static_cast<double>(value));
  return true;
}

uint64_t Histogram::record_delta() {
  std::lock_guard lock(mutex_);
  const uint64_t now = uv_hrtime();
  uint64_t delta = 0;
  if (last_ > 0 && now >= last_) {
    delta = now - last_;
    if (record_locked(static_cast<int64_t>(delta), 1) && weight_ > 0) average(static_cast<double>(delta));
  }
  last_ = now;
  return delta;
}

void Histogram::add(const Histogram& other, int sign) {
  // By value: a histogram may be added to itself, and two locks at once could wait for one another.
  const auto buckets = other.buckets();
  std::lock_guard lock(mutex_);
  for (const auto& [value, times] : buckets) {
    if (sign > 0) {
      // Values that do not fit were never recorded here, so they do not count as exceeding.
      if (value <= highest_) record_locked(value, times);
      continue;
    }
    const size_t index = index_of(value);
    if (index >= counts_.size()) continue;
    const int64_t taken = std::min(counts_[index], times);
    counts_[index] -= taken;
    total_ -= taken;
  }
}

void Histogram::reset() {
  std::lock_guard lock(mutex_);
  std::fill(counts_.begin(), counts_.end(), 0);
  total_ = exceeds_ = max_ = 0;
  min_ = INT64_MAX;
  last_ = 0;
  averages_ = {};
}

int64_t Histogram::count() const {
  std::lock_guard lock(mutex_);
  return total_;
}

int64_t Histogram::exceeds() const {
  std::lock_guard lock(mutex_);
  return exceeds_;
}

int64_t Histogram::min() const {
  std::lock_guard lock(mutex_);
  if (counts_[0] > 0) return 0;
  return min_ == INT64_MAX ? min_ : lowest_at(index_of(min_));
}

int64_t Histogram::max() const {
  std::lock_guard lock(mutex_);
  return max_ == 0 ? 0 : highest_at(index_of(max_));
}

double Histogram::moment(int power, double mean) const {
  double sum = 0;
  for (size_t i = 0; i < counts_.size(); i++) {
    if (counts_[i] != 0)
      sum += std::pow(static_cast<double>(median_at(i)) - mean, power) * static_cast<double>(counts_[i]);
  }
  return sum / static_cast<double>(total_);
}

double Histogram::mean_locked() const { return total_ == 0 ? std::numeric_limits<double>::quiet_NaN() : moment(1, 0); }

double Histogram::mean() const {
  std::lock_guard lock(mutex_);
  return mean_locked();
}

double Histogram::stddev() const {
  std::lock_guard lock(mutex_);
  return total_ == 0 ? std::numeric_limits<double>::quiet_NaN() : std::sqrt(moment(2, mean_locked()));
}

double Histogram::skewness() const {
  std::lock_guard lock(mutex_);
  if (total_ < 2) return 0;
  const double mean = mean_locked();
  const double variance = moment(2, mean);
  return variance == 0 ? 0 : moment(3, mean) / std::pow(variance, 1.5);
}

double Histogram::kurtosis() const {
  std::lock_guard lock(mutex_);
  if (total_ < 4) return 0;
  const double mean = mean_locked();
  const double variance = moment(2, mean);
  return variance == 0 ? 0 : moment(4, mean) / (variance * variance) - 3;
}

int64_t Histogram::percentile(double percentile) const {
  std::lock_guard lock(mutex_);
  const double wanted = std::min(percentile, 100.0);
  const auto rank = std::max<int64_t>(static_cast<int64_t>(wanted / 100 * static_cast<double>(total_) + 0.5), 1);
  int64_t seen = 0;
  for (size_t i = 0; i < counts_.size(); i++) {
    seen += counts_[i];
    if (seen >= rank) return highest_at(i);
  }
  return 0;
}

int64_t Histogram::count_at(int64_t value) const {
  std::lock_guard lock(mutex_);
  if (value < 0) return 0;
  const size_t index = index_of(value);
  return index < counts_.size() ? counts_[index] : 0;
}

double Histogram::cdf(int64_t value) const {
  std::lock_guard lock(mutex_);
  if (total_ == 0 || value < 0) return 0;
  const size_t last = std::min(index_of(value), counts_.size() - 1);
  int64_t seen = 0;
  for (size_t i = 0; i <= last; i++) seen += counts_[i];
  return static_cast<double>(seen) / static_cast<double>(total_);
}

std::vector<std::pair<double, int64_t>> Histogram::percentiles() const {
  std::lock_guard lock(mutex_);
  std::vector<std::pair<double, int64_t>> out;
  double next = 0;
  int64_t seen = 0;
  int64_t value = 0;
  for (size_t i = 0; i < counts_.size() && seen < total_; i++) {
    if (counts_[i] == 0) continue;
    seen += counts_[i];
    value = lowest_at(i);
    const double reached = 100.0 * static_cast<double>(seen) / static_cast<double>(total_);
    while (next <= reached && next < 100) {
      out.emplace_back(next, value);
      // Each step halves the distance to 100.
      const double halves = std::floor(std::log2(100 / (100 - next))) + 1;
      next += 100 / std::pow(2, halves);
      if (seen == total_) break;
    }
  }
  out.emplace_back(100, value);
  return out;
}

std::vector<std::pair<int64_t, int64_t>> Histogram::buckets() const {
  std::lock_guard lock(mutex_);
  std::vector<std::pair<int64_t, int64_t>> out;
  for (size_t i = 0; i < counts_.size(); i++) {
    if (counts_[i] != 0) out.emplace_back(lowest_at(i), counts_[i]);
  }
  return out;
}

}  // namespace gyre::perf_hooks
