'use strict';
// What servers do first: listen, answer with and without a body, read a file, log.
const { readFile } = require('node:fs');
const http = require('node:http');

const server = http.createServer((req, res) => {
  if (req.method === 'GET') {
    readFile(__filename, (error, text) => {
      if (error) throw error;
      res.setHeader('Content-Type', 'text/plain; charset=utf-8');
      res.end(text);
    });
    return;
  }
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => {
    const { name } = JSON.parse(Buffer.concat(chunks).toString());
    res.writeHead(200, { 'Content-Type': 'application/json' });
    res.write('{"hello":');
    res.end(`${JSON.stringify(name)}}`);
  });
});

const agent = new http.Agent({ keepAlive: true });
function request(method, body, done) {
  const { port } = server.address();
  const req = http.request({ port, host: '127.0.0.1', agent, method, path: '/a?b=c' }, (res) => {
    res.setEncoding('utf8');
    let text = '';
    res.on('data', (chunk) => (text += chunk));
    res.on('end', () => done(text));
  });
  req.end(body);
}

server.listen(0, '127.0.0.1', () => {
  request('GET', undefined, () => {
    request('POST', '{"name":"world"}', (text) => {
      console.log('%s from %s', text, new URL('http://localhost/').host);
      agent.destroy();
      server.close();
    });
  });
});
