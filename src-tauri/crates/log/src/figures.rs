//! How many requests came in the last minute, and how long they took in the middle.
//!
//! Durations are counted in classes instead of kept one by one: a minute at thousands of requests
//! a second stays within a hundred kilobytes, and the median is right within three parts in a
//! hundred.

use std::time::Instant;

const SECONDS: u64 = 60;
/// Classes for each doubling of a duration.
const STEPS: u32 = 16;
const STEP_BITS: u32 = STEPS.trailing_zeros();
/// Up to 2^32 microseconds, more than an hour; anything longer counts as that.
const CLASSES: usize = (STEPS * (32 - STEP_BITS + 1)) as usize;

/// The last minute, in buckets of one second.
pub(crate) struct Minute {
    start: Instant,
    buckets: Vec<Bucket>,
}

struct Bucket {
    second: u64,
    count: u32,
    classes: Box<[u32; CLASSES]>,
}

impl Minute {
    pub fn new() -> Self {
        let bucket = || Bucket {
            second: 0,
            count: 0,
            classes: Box::new([0; CLASSES]),
        };
        Self {
            start: Instant::now(),
            buckets: (0..SECONDS).map(|_| bucket()).collect(),
        }
    }

    /// Counts a request that ended now.
    pub fn add(&mut self, duration_us: i64) {
        self.add_at(self.start.elapsed().as_secs(), duration_us);
    }

    /// Requests of the last minute and their median duration in microseconds.
    pub fn figures(&self) -> (u32, Option<i64>) {
        self.figures_at(self.start.elapsed().as_secs())
    }

    fn add_at(&mut self, second: u64, duration_us: i64) {
        let place = usize::try_from(second % SECONDS).unwrap_or_default();
        let Some(bucket) = self.buckets.get_mut(place) else {
            return;
        };
        if bucket.second != second {
            bucket.second = second;
            bucket.count = 0;
            bucket.classes.fill(0);
        }
        bucket.count = bucket.count.saturating_add(1);
        if let Some(class) = bucket.classes.get_mut(class_of(duration_us)) {
            *class = class.saturating_add(1);
        }
    }

    fn figures_at(&self, now: u64) -> (u32, Option<i64>) {
        let fresh = || {
            self.buckets
                .iter()
                .filter(|bucket| bucket.second + SECONDS > now)
        };
        let count = fresh().fold(0_u32, |sum, bucket| sum.saturating_add(bucket.count));
        if count == 0 {
            return (0, None);
        }
        let middle = u64::from(count).div_ceil(2);
        let mut below = 0_u64;
        for class in 0..CLASSES {
            below += fresh()
                .map(|bucket| u64::from(bucket.classes[class]))
                .sum::<u64>();
            if below >= middle {
                return (count, Some(middle_of(class)));
            }
        }
        (count, None)
    }
}

/// Below [`STEPS`] a class is one microsecond; above, each doubling has [`STEPS`] classes.
fn class_of(duration_us: i64) -> usize {
    let value = u32::try_from(duration_us.max(0)).unwrap_or(u32::MAX);
    if value < STEPS {
        return value as usize;
    }
    let doubling = value.ilog2() - STEP_BITS;
    ((doubling + 1) * STEPS + ((value >> doubling) - STEPS)) as usize
}

/// The duration in the middle of a class.
fn middle_of(class: usize) -> i64 {
    let class = i64::try_from(class).unwrap_or_default();
    let steps = i64::from(STEPS);
    if class < steps {
        return class;
    }
    let doubling = class / steps - 1;
    let low = (steps + class % steps) << doubling;
    low + ((1 << doubling) - 1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_right_within_three_parts_in_a_hundred() {
        for value in [
            0_i64,
            1,
            15,
            16,
            17,
            100,
            1_234,
            56_789,
            2_000_000,
            3_600_000_000,
        ] {
            let mut minute = Minute::new();
            minute.add_at(5, value);
            let (count, median) = minute.figures_at(5);
            let median = median.unwrap();
            assert_eq!(count, 1);
            assert!(
                (median - value).abs() * 100 <= value * 4,
                "{value} became {median}"
            );
        }
    }

    #[test]
    fn half_of_the_requests_are_faster_than_the_median() {
        let mut minute = Minute::new();
        for value in 1..=1001_i64 {
            minute.add_at(value.unsigned_abs() % 60, value * 1000);
        }
        let (count, median) = minute.figures_at(59);
        assert_eq!(count, 1001);
        let median = median.unwrap();
        assert!((480_000..=520_000).contains(&median), "{median}");
    }

    #[test]
    fn a_request_counts_for_a_minute_and_no_longer() {
        let mut minute = Minute::new();
        minute.add_at(10, 5);
        assert_eq!(minute.figures_at(69), (1, Some(5)));
        assert_eq!(minute.figures_at(70), (0, None));
        minute.add_at(70, 7);
        assert_eq!(minute.figures_at(70), (1, Some(7)));
    }
}
