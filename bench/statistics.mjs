export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.length === 0 ? NaN : sorted[sorted.length >> 1];
}

export function geomean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/**
 * The middle of paired differences and its 95 % interval, without assuming how they are distributed: median and ranks of
 * the averages of all pairs (Hodges and Lehmann; the interval is that of the signed-rank test, by its normal
 * approximation). With fewer than six values the interval is their range, which holds a little less than 95 %.
 */
export function hodgesLehmann(values) {
  const averages = values.flatMap((a, i) => values.slice(i).map((b) => (a + b) / 2)).sort((a, b) => a - b);
  const n = values.length;
  const rank = Math.max(0, Math.floor(n * (n + 1) / 4 - 1.96 * Math.sqrt(n * (n + 1) * (2 * n + 1) / 24)));
  const middle = averages.length >> 1;
  return {
    estimate: averages.length % 2 === 1 ? averages[middle] : (averages[middle - 1] + averages[middle]) / 2,
    low: averages[rank],
    high: averages[averages.length - 1 - rank],
  };
}
