import { describe, expect, it } from 'vitest';
import { installerHint } from '../../src/build/installer-hint.ts';
import { installerLog } from '../../src/build/installer-log.ts';

const npm = (...lines: readonly string[]): string => lines.map((line) => `npm error ${line}`.trimEnd()).join('\n');
const logFile = 'A complete log of this run can be found in: /home/me/.npm/_logs/2026-01-01T00_00_00_000Z-debug-0.log';
const hint = (kind: string, log: string, isContainer = false): string => installerHint(kind, installerLog(log), isContainer) ?? '';

describe('the words of an installer', () => {
  it.each([
    [
      npm(
        'code E404',
        '404 Not Found - GET https://x/y - Not found',
        '404',
        "404  The requested resource 'y@*' could not be found",
        '404',
      ).concat('\n', npm('404 Note that you can also install from a', '404 tarball, folder, http url, or git url.', logFile)),
      npm('code E404', '404 Not Found - GET https://x/y - Not found', "404  The requested resource 'y@*' could not be found"),
    ],
    [
      npm(
        'FetchError: request to http://x/ failed',
        '    at ClientRequest.emit (node:events:524:28)',
        "  code: 'ECONNREFUSED'",
        '',
        logFile,
      ),
      npm('FetchError: request to http://x/ failed', "  code: 'ECONNREFUSED'"),
    ],
    [
      npm('code ERESOLVE', 'Found: a@1.0.0', '', '', 'For a full report see:', '/home/me/.npm/_logs/x-eresolve-report.txt', logFile),
      npm('code ERESOLVE', 'Found: a@1.0.0'),
    ],
    [
      npm(
        'gyp info using node@22',
        'gyp ERR! find Python',
        'gyp ERR! stack Error: Could not find any Python',
        'gyp ERR! stack at x (y:1:2)',
        'gyp ERR! not ok',
      ),
      npm('gyp ERR! stack Error: Could not find any Python'),
    ],
    // Of older versions of npm.
    [
      'npm ERR! code E1\n\nnpm ERR! A complete log of this run can be found in:\nnpm ERR!     /root/.npm/_logs/x-debug-0.log',
      'npm ERR! code E1\n',
    ],
    [
      "WARNING: Retrying (Retry(total=1: '/a/'\nWARNING: Retrying (Retry(total=0: '/a/'\nERROR: no",
      "WARNING: Retrying (Retry(total=0: '/a/'\nERROR: no",
    ],
    [
      npm('Missing: a@1 from lock file', '', 'Usage:', 'npm ci', '', 'Options:', '[--x]', '', 'Run "npm help ci" for more info', logFile),
      npm('Missing: a@1 from lock file'),
    ],
  ])('are left without what says nothing of why it failed: %#', (log, left) => {
    expect(installerLog(log)).toBe(left);
  });

  it("stay where they are a script's own, also where they look like others", () => {
    const log = npm('code 1', 'path /x/node_modules/own', 'command failed', 'command sh -c make', 'done', '    at main (/x/own.js:1:2)');
    expect(installerLog(log)).toBe(log);
    expect(installerLog(npm(logFile))).toBe(npm(logFile));
  });
});

describe('the hint to what an installer says', () => {
  it.each([
    ['npm', npm('code E404', '404 Not Found'), /Correct the name/],
    ['npm', npm('code ETARGET', 'notarget No matching version found for good@9.'), /npm view/],
    ['npm-project', npm('code EUSAGE', 'Missing: a@1 from lock file'), /Run npm install/],
    ['npm', npm('code E401', 'Incorrect or missing password.'), /Log in to the index/],
    ['npm', npm('code E403', '403 403 Forbidden - GET https://x/y'), /Log in to the index/],
    ['npm', npm('code E500', '500 Internal Server Error'), /try again later/],
    ['npm', npm('code DEPTH_ZERO_SELF_SIGNED_CERT'), /certificate/],
    ['npm', npm('code ECONNREFUSED', 'syscall connect'), /address answers/],
    ['npm', npm('code ENOTFOUND', 'network This is a problem related to network connectivity.'), /address answers/],
    ['npm', npm('code EINTEGRITY'), /not what was locked/],
    ['npm', npm('code ERESOLVE'), /go together/],
    ['npm', npm('code EBADPLATFORM'), /other platforms/],
    [
      'npm',
      npm('code 1', 'path /a/node_modules/gyp', 'command sh -c node-gyp rebuild', 'gyp ERR! find Python checking if'),
      /python3, make and g\+\+/,
    ],
    ['npm', npm('code 1', 'path /a/node_modules/gyp', 'command sh -c node-gyp rebuild', 'gyp ERR! stack Error: not found: make'), /g\+\+/],
    [
      'npm',
      npm('code 7', 'path /a/node_modules/b/node_modules/@me/own', 'command failed', 'command sh -c ./x'),
      /script of @me\/own that failed/,
    ],
    ['pip', 'ERROR: Could not find a version that satisfies the requirement x (from versions: none)', /Correct the name/],
    ['requirements', 'ERROR: Could not find a version that satisfies the requirement x==9 (from versions: 1.0)', /no such version/],
    ['pip', 'WARNING: Retrying after NewConnectionError(\nERROR: Could not find a version (from versions: none)', /address answers/],
    ['pip', 'Could not fetch URL: CERTIFICATE_VERIFY_FAILED\nERROR: Could not find a version (from versions: none)', /certificate/],
    ['requirements', 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.', /not what was locked/],
    ['pip', 'ERROR: ResolutionImpossible: for help visit', /Loosen/],
    ['pip', '  error: subprocess-exited-with-error\n  error: command gcc failed\nERROR: No matching (from versions: none)', /no wheel/],
    ['pip', 'cause: Because x was not found in the package registry and you require x', /Correct the name/],
    ['pip', 'cause: x was not found in the package registry\nhint: lack of valid authentication credentials (401 Unauthorized)', /Log in/],
    [
      'pip',
      'ERROR: x (from versions: none)\nCould not fetch URL http://i/x/: 401 Client Error: Unauthorized for url: http://i/x/',
      /Log in/,
    ],
    [
      'pip',
      "ERROR: x (from versions: none)\nCould not fetch URL http://i/x/: ResponseError('too many 500 error responses')",
      /try again later/,
    ],
    ['pip', 'cause: HTTP status server error (500 Internal Server Error) for url', /try again later/],
    ['pip', '  cause: client error (Connect)\n  cause: invalid peer certificate: UnknownIssuer', /certificate/],
    ['pip', '  cause: client error (Connect)\n  cause: dns error', /address answers/],
    ['pip', 'we can conclude that all versions of a and all versions of b are incompatible.', /Loosen/],
    ['pip', 'cause: Because x==1 has no wheels with a matching Python ABI tag', /has a wheel/],
    ['uv-project', 'error: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided.', /uv lock/],
    ['apt', 'E: Unable to locate package nothing', /Correct the name/],
    ['apt', "W: Failed to fetch: Temporary failure resolving 'deb.debian.org'", /address answers/],
  ])('fits: %s %j', (kind, log, fitting) => {
    expect(hint(kind, log)).toMatch(fitting);
  });

  it('says of a login that builds of containers have none', () => {
    expect(hint('npm', npm('code E401'), true)).toContain('builds of containers have none of yours');
  });

  it('is none where the words are not known, or are no installer’s', () => {
    expect(hint('npm', npm('code EWHATEVER'))).toBe('');
    expect(hint('commands', npm('code E404'))).toBe('');
  });
});
