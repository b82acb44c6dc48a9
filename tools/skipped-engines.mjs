// Prints the tests of a vitest report that were skipped because a real engine was not there: `[needs docker]` stands in their names.
import { readFileSync } from 'node:fs';

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
for (const { fullName, status } of testResults.flatMap(({ assertionResults }) => assertionResults))
  if (status !== 'passed' && status !== 'failed' && /\[needs [a-z]+\]/.test(fullName)) console.log(fullName);
