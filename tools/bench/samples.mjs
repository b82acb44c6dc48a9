/** Minimum, median and maximum of some numbers. */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    min: sorted[0],
    median: sorted[Math.floor(sorted.length / 2)],
    max: sorted.at(-1),
    p95: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))],
  };
}

const figure = (value, unit) => (unit === 'ms' ? `${value.toFixed(value < 10 ? 2 : 0)} ms` : `${Math.round(value)} ${unit}`);

/** One line of the report: `name  min / median / max`, and the ratio of medians to a baseline. */
export function report(name, values, { unit = 'ms', baseline, goal } = {}) {
  const { min, median, max } = summary(values);
  const ratio = baseline ? `  ratio ${(median / summary(baseline.values).median).toFixed(2)} to ${baseline.name}` : '';
  console.log(
    `${name.padEnd(44)} ${figure(min, unit)} / ${figure(median, unit)} / ${figure(max, unit)}${ratio}${goal ? `  (goal: ${goal})` : ''}`,
  );
}

/** Runs each of several measurements in turn, `rounds` times, so that a machine that drifts drifts for all of them. */
export async function interleaved(rounds, measurements) {
  const results = Object.fromEntries(Object.keys(measurements).map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, measure] of Object.entries(measurements)) {
      const value = await measure();
      if (round >= 0) results[name].push(value);
    }
  }
  return results;
}
