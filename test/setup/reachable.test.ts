// Whether GitHub can deliver to an address: on the public Internet it must be, or in the network of an Enterprise server.
import { expect } from 'chai';
import { isReachable } from '../../src/setup/reachable.ts';

const PUBLIC = 'https://api.github.com';
const TENANT = 'https://api.octo.ghe.com';
const ENTERPRISE = 'https://git.example.org/api/v3';
const HERE = 'http://127.0.0.1:4000';

describe('GitHub', () => {
  const everywhere = [
    'https://c.example.org',
    'http://c.example.org:8080/x',
    'https://8.8.8.8',
    'https://[2606:50c0::1]',
  ];
  const inside = [
    ...['https://10.1.2.3', 'https://172.16.0.1', 'https://172.31.255.1', 'https://192.168.0.1', 'http://100.64.0.1'],
    ...['https://169.254.1.1', 'https://[fd00::1]', 'https://[fe80::1]', 'http://c4gt', 'http://c4gt.local'],
    ...['https://c4gt.internal', 'https://x.test', 'http://c4gt.home.arpa', 'http://C4GT.LOCAL.'],
  ];
  const nowhere = [
    ...['http://localhost', 'http://LOCALHOST:3000', 'http://a.localhost', 'http://127.0.0.1:3000', 'http://127.9.9.9'],
    ...[
      'http://[::1]:3000',
      'http://0.0.0.0',
      'http://[::]',
      'http://2130706433',
      'http://0x7f.1',
      'http://localhost.',
    ],
  ];
  for (const [addresses, apis, reaches] of [
    [everywhere, [PUBLIC, TENANT, ENTERPRISE, HERE], true],
    [inside, [ENTERPRISE, HERE], true],
    [inside, [PUBLIC, TENANT], false],
    [nowhere, [PUBLIC, TENANT, ENTERPRISE], false],
    [nowhere, [HERE], true],
  ] as const) {
    for (const api of apis)
      it(`${reaches ? 'reaches' : 'does not reach'} ${addresses[0]} and the like from ${api}`, () => {
        for (const address of addresses) expect(isReachable(address, api), address).to.equal(reaches);
      });
  }
});
