import manifest from '../../package.json' with { type: 'json' };

const words = process.argv.slice(2);
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`${manifest.version}\n`);
} else {
  const { runProgram } = await import('./program.ts');
  // What the user's modules left open does not keep the process: all that is to be written is.
  process.exit(await runProgram(words, manifest.version));
}
