/** Freezes data and all in it. */
export function freezeDeep<T>(data: T): T {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) for (const part of data) freezeDeep(part);
  else for (const key in data) freezeDeep(data[key]);
  return Object.freeze(data);
}
