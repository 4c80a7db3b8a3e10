'use strict';
// An ordinary Express 5 application: routing, a JSON body, static files with ranges and ETag, 404 and an
// error handler. Run it with ./dev run examples/express/server.js, or with any Node.js.

const path = require('node:path');
const express = require('express');

const app = express();
const notes = new Map();
let lastId = 0;

app.use(express.json({ limit: '1mb' }));
app.use('/static', express.static(path.join(__dirname, 'public'), { maxAge: '1h' }));

app.get('/', (req, res) => {
  res.send('Hello from Express on Gyre\n');
});

app.get('/notes', (req, res) => {
  const all = [...notes.values()];
  const { contains } = req.query;
  res.json(contains ? all.filter((note) => note.text.includes(contains)) : all);
});

app.get('/notes/:id', (req, res, next) => {
  const note = notes.get(Number(req.params.id));
  if (note) res.json(note);
  else next();
});

app.post('/notes', (req, res) => {
  if (typeof req.body?.text !== 'string') {
    res.status(400).json({ error: 'text must be a string' });
    return;
  }
  const note = { id: ++lastId, text: req.body.text };
  notes.set(note.id, note);
  res.status(201).location(`/notes/${note.id}`).json(note);
});

app.get('/broken', async () => {
  throw new Error('this route always fails');
});

app.use((req, res) => {
  res.status(404).json({ error: `there is no ${req.method} ${req.path}` });
});

app.use((error, req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  res.status(error.status ?? 500).json({ error: error.message });
});

const server = app.listen(
  Number(process.env.PORT ?? 3000),
  process.env.HOST ?? '127.0.0.1',
  (error) => {
    if (error) throw error;
    const { address, port } = server.address();
    console.log(`listening on http://${address}:${port}/`);
  },
);

process.on('SIGTERM', () => server.close());
