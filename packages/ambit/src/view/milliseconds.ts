/** A length of time for people. */
export function milliseconds(value: number): string {
  const spent = Math.max(value, 0);
  if (spent < 1000) return `${Math.round(spent)} ms`;
  if (spent < 59_950) return `${(spent / 1000).toFixed(1)} s`;
  const minutes = Math.floor(Math.round(spent / 1000) / 60);
  const seconds = Math.round(spent / 1000) % 60;
  return minutes < 60 ? `${minutes} min ${seconds} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
