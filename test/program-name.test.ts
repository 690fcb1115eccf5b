// Messages that say what to type next say it as it can be typed where the program was started.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { programName } from '../src/program-name.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const ours = 'c4gt-community-support';

describe('what has to be typed to call c4gt again', () => {
  for (const [how, environment, name] of [
    ['started by itself', {}, 'c4gt'],
    ['by npm run c4gt', { npm_package_name: ours, npm_lifecycle_event: 'c4gt' }, 'npm run c4gt --'],
    ['by npm start', { npm_package_name: ours, npm_lifecycle_event: 'start' }, 'npm run c4gt --'],
    ['by npm run demo', { npm_package_name: ours, npm_lifecycle_event: 'demo' }, 'npm run c4gt --'],
    [
      'by a script of a package that it is installed in',
      { npm_package_name: 'x', npm_lifecycle_event: 'start' },
      'c4gt',
    ],
    ['by npx', { npm_lifecycle_event: 'npx' }, 'c4gt'],
  ] as const) {
    it(`${how}: ${name}`, () => expect(programName(environment)).to.equal(name));
  }

  it('is what help and hints say, started as the README says', () => {
    const help = execFileSync('npm', ['run', '--silent', 'c4gt', '--', 'rules', 'check', '--help'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(help).to.match(/^Usage: npm run c4gt -- rules check /);
  }).timeout(30_000);
});
