/** Names for a sentence: `a, b, c and 97 more`. */
export function listed(names: readonly string[], most = 20): string {
  return names.length > most ? `${names.slice(0, most).join(', ')} and ${names.length - most} more` : names.join(', ');
}
