'use strict';
// The smallest server: what it costs is what the runtime costs.
const http = require('node:http');

const server = http.createServer((req, res) => {
  res.end('hello world');
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
