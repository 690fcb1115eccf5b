// The floor: the least any webhook server in Node does. It checks the signature, parses, stores nothing.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { path, secret } from './delivery.ts';

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
    const claimed = Buffer.from(String(request.headers['x-hub-signature-256']));
    const known = expected.length === claimed.length && timingSafeEqual(expected, claimed);
    const answer = request.url !== path ? 404 : !known ? 401 : 'action' in JSON.parse(body.toString()) ? 202 : 400;
    response.writeHead(answer).end('ok\n');
  });
}).listen(Number(process.env['PORT']), '127.0.0.1');
