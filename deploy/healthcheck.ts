import http from 'node:http';
import https from 'node:https';

/** Exit code 0 when the program in this container is ready for calls; for the HEALTHCHECK of the Dockerfile. */
const port = process.env['ADMIN_PORT'] ?? process.env['HTTP_PORT'] ?? '8080';
const options = { host: '127.0.0.1', port, path: '/healthz/ready' };
const onAnswer = ({ statusCode }: http.IncomingMessage) => process.exit(statusCode === 200 ? 0 : 1);
// To itself: whose certificate it is does not matter here.
const request = process.env['TLS_CERT_FILE']
  ? https.get({ ...options, rejectUnauthorized: false }, onAnswer)
  : http.get(options, onAnswer);
request.once('error', () => process.exit(1));
