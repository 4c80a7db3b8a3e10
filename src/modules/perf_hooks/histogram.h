// A histogram of integers with a fixed number of significant decimal digits over a large range, after
// Gil Tene's HdrHistogram: counts lie in buckets of doubling width, each divided evenly.
#pragma once

#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace gyre::perf_hooks {

// Safe to use from several threads: a histogram that was posted to a worker is shared with it.
class Histogram {
 public:
  struct Options {
    int64_t lowest = 1;
    int64_t highest = INT64_MAX;
    int figures = 3;
    // Above 0: moving averages are kept, in which a value counts half after so many others.
    double half_life = 0;
    // Above 0: and the share of values above it.
    double threshold = 0;
  };

  // Exponentially weighted, 0 where they are not kept.
  struct Averages {
    double mean = 0;
    double variance = 0;
    double error_rate = 0;
    bool has_values = false;
  };

  // Options are valid: 1 <= lowest, 2 * lowest <= highest, 1 <= figures <= 5.
  explicit Histogram(const Options& options);

  // Counts a value `times` times; false (and counted as exceeding) when it is outside the range.
  bool record(int64_t value, int64_t times = 1);
  // Counts the nanoseconds since the last call; the first call only starts the clock. Returns them.
  uint64_t record_delta();
  // Adds, or takes away, the counts of another histogram.
  void add(const Histogram& other, int sign = 1);
  void reset();

  int64_t count() const;
  int64_t exceeds() const;
  int64_t min() const;  // INT64_MAX if empty
  int64_t max() const;  // 0 if empty
  double mean() const;  // NaN if empty
  double stddev() const;
  double skewness() const;  // 0 where it is not defined
  double kurtosis() const;  // excess kurtosis of the sample, 0 below four values
  Averages averages() const;
  int64_t percentile(double percentile) const;
  int64_t count_at(int64_t value) const;
  // The share of values up to, and including those not told apart from, `value`.
  double cdf(int64_t value) const;
  // Percentiles at 0, 50, 75, ... ever closer to 100, as far as they differ, and 100, with values.
  std::vector<std::pair<double, int64_t>> percentiles() const;

  // The non-empty buckets in ascending order: a representative value and its count.
  std::vector<std::pair<int64_t, int64_t>> buckets() const;

 private:
  size_t index_of(int64_t value) const;
  int64_t lowest_at(size_t index) const;
  int64_t width_at(size_t index) const;
  int64_t median_at(size_t index) const { return lowest_at(index) + width_at(index) / 2; }
  int64_t highest_at(size_t index) const { return lowest_at(index) + width_at(index) - 1; }
  bool record_locked(int64_t value, int64_t times);
  void average(double value);
  double moment(int power, double mean) const;
  double mean_locked() const;

  mutable std::mutex mutex_;
  int64_t highest_;
  int unit_magnitude_;
  int half_magnitude_;  // log2 of half the number of divisions of a bucket
  int64_t mask_;
  std::vector<int64_t> counts_;
  int64_t total_ = 0;
  int64_t exceeds_ = 0;
  int64_t min_ = INT64_MAX;
  int64_t max_ = 0;
  uint64_t last_ = 0;
  double weight_ = 0;  // of a new value in the averages
  double threshold_;
  Averages averages_;
};

}  // namespace gyre::perf_hooks
