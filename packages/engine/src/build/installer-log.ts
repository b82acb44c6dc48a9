/** Lines that say nothing of why an installer failed. */
const noise: readonly RegExp[] = [
  // Files that only npm knows, inside an image too.
  /^npm (?:error|ERR!) (?:A complete log of this run|For a full report see:)/,
  /^npm (?:error|ERR!)\s+\/\S+\/_logs\/\S+$/,
  /^npm (?:error|ERR!)(?: (?:404|network|notsup))?\s*$/,
  /^npm (?:error|ERR!) 404 (?:Note that you can also|tarball, folder)/,
  /^npm (?:error|ERR!)\s+at .*(?:\(node:|\/npm\/node_modules\/)/,
  /^npm notice\b/,
  /\bgyp (?:info|http|verb)\b/,
  /\bgyp ERR! (?:stack at |System |command |cwd |node -v |node-gyp -v |\$npm_package|not ok)/,
  /\bgyp ERR! find Python(?:\s*\**| For more information.*| https:.*)$/,
  /^Using Python \S+ environment at: /,
];

/** Under what is wrong with a lock file, npm explains all its flags. */
const usage = /^npm (?:error|ERR!) Usage:\n(?:npm (?:error|ERR!).*\n)*?(?=npm (?:error|ERR!) A complete log)/m;

/** Of a series of tries that pip tells of, the last counts. */
const retry = /^WARNING: Retrying /;

/** The words of an installer that failed, without what says nothing of why. */
export function installerLog(log: string): string {
  const lines = log.replace(usage, '').split('\n');
  const left = lines.filter(
    (line, index) => !noise.some((each) => each.test(line)) && !(retry.test(line) && retry.test(lines[index + 1] ?? '')),
  );
  return left.some((line) => line.trim() !== '') ? left.join('\n') : log;
}
