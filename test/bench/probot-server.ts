// The peer: Probot as its documentation sets it up, with one handler that does nothing, in memory.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createNodeMiddleware, Probot } from 'probot';
import { path, secret } from './delivery.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

const probot = new Probot({ appId: 1, privateKey, secret, logLevel: 'warn' });
const middleware = await createNodeMiddleware((app) => app.on('pull_request', () => undefined), {
  probot,
  webhooksPath: path,
});
createServer((request, response) => void middleware(request, response)).listen(
  Number(process.env['PORT']),
  '127.0.0.1',
);
