/** Lines keep their numbers, also in what esbuild reports. */
export function lineBreaks(text: string): string {
  return text.replace(/[^\n]/g, '');
}
