'use strict';
// React and Vue rendered on the server: strings, Node streams, web streams, suspense, errors.

const test = require('node:test');
const assert = require('node:assert');
const { workspace, serve, run } = require('../support/workspace.js');

const reactApp = `
  import { createElement as h, Suspense, use, useState, useId } from 'react';
  const slow = new Map();
  const load = (key) => {
    if (!slow.has(key)) slow.set(key, new Promise((resolve) => {
      const done = () => resolve('loaded ' + key);
      if (key === 'when told to') globalThis.release = done;
      else setTimeout(done, 30);
    }));
    return slow.get(key);
  };
  function Late({ name }) { return h('b', null, use(load(name))); }
  function Counter() { const [n] = useState(() => 41 + 1); return h('i', { id: useId(), 'data-n': n }, n); }
  function Broken() { throw new Error('cannot render'); }
  export function App({ name, broken }) {
    return h('main', { className: 'app', style: { color: 'red' } }, 'Hello & <', name, '>', h(Counter),
      h(Suspense, { fallback: h('p', null, 'wait') }, broken ? h(Broken) : h(Late, { name })));
  }`;

test('React renders to strings and streams', async (t) => {
  const folder = workspace(t, 'ssr', {
    'app.mjs': reactApp,
    'main.mjs': `
      import { createElement as h } from 'react';
      import { PassThrough } from 'node:stream';
      import { text } from 'node:stream/consumers';
      import { renderToString, renderToStaticMarkup, renderToPipeableStream, renderToReadableStream } from 'react-dom/server';
      import { prerenderToNodeStream } from 'react-dom/static';
      import { App } from './app.mjs';
      const out = {};
      out.string = renderToString(h(App, { name: 'string' }));
      out.markup = renderToStaticMarkup(h('ul', null, [1, 2].map((n) => h('li', { key: n }, n))));
      out.piped = await new Promise((resolve, reject) => {
        const { pipe } = renderToPipeableStream(h(App, { name: 'pipe' }), {
          onAllReady() { text(pipe(new PassThrough())).then(resolve); }, onError: reject });
      });
      const web = await renderToReadableStream(h(App, { name: 'web' }));
      await web.allReady;
      out.web = await new Response(web).text();
      out.errors = [];
      const broken = await renderToReadableStream(h(App, { name: 'x', broken: true }), { onError: (e) => { out.errors.push(e.message); } });
      await new Response(broken).text();
      out.prerendered = await text((await prerenderToNodeStream(h(App, { name: 'static' }))).prelude);
      console.log(JSON.stringify(out));`,
  });
  const { stdout, stderr } = await run(folder, ['main.mjs'], { env: { NODE_ENV: 'production' } });
  const out = JSON.parse(stdout || JSON.stringify({ stderr }));
  assert.match(
    out.string,
    /^<main class="app" style="color:red">Hello &amp; &lt;<!-- -->string<!-- -->&gt;<i id="[^"]+" data-n="42">42<\/i><!--\$!--><template>/,
  );
  assert.strictEqual(out.markup, '<ul><li>1</li><li>2</li></ul>');
  assert.match(out.piped, /<b>loaded pipe<\/b>/);
  assert.match(out.web, /<b>loaded web<\/b>/);
  assert.match(out.prerendered, /<b>loaded static<\/b>/);
  assert.deepStrictEqual(out.errors, ['cannot render']);
});

test('React streams through HTTP: the shell first, late parts when they are there', async (t) => {
  const folder = workspace(t, 'ssr', {
    'app.mjs': reactApp,
    'server.mjs': `
      import { createServer } from 'node:http';
      import { createElement as h } from 'react';
      import { renderToPipeableStream } from 'react-dom/server';
      import { App } from './app.mjs';
      const server = createServer((request, response) => {
        if (request.url === '/release') return response.end(String(release()));
        const { pipe } = renderToPipeableStream(h(App, { name: 'when told to' }), {
          onShellReady() { response.setHeader('content-type', 'text/html'); pipe(response); },
        });
      }).listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));`,
  });
  const { url } = await serve(t, folder, ['server.mjs'], { env: { NODE_ENV: 'production' } });
  const { body } = await fetch(url);
  let text = '';
  let isReleased = false;
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (isReleased || !text.includes('<p>wait</p>')) continue;
    assert.doesNotMatch(text, /loaded when told to/);
    isReleased = true;
    await (await fetch(`${url}/release`)).text();
  }
  assert.ok(isReleased);
  assert.match(text, /<b>loaded when told to<\/b>/);
});

test('Vue renders components to strings and streams', async (t) => {
  const folder = workspace(t, 'ssr', {
    'main.mjs': `
      import { createSSRApp, defineComponent, defineAsyncComponent, h, ref, computed, onServerPrefetch } from 'vue';
      import { renderToString, renderToNodeStream, renderToWebStream, pipeToNodeWritable } from 'vue/server-renderer';
      import { text } from 'node:stream/consumers';
      import { PassThrough } from 'node:stream';
      const Late = defineAsyncComponent(async () => ({ setup: () => () => h('b', 'late') }));
      const Item = defineComponent({ props: ['n'], setup(props) { const twice = computed(() => props.n * 2); return { twice }; }, template: '<li :class="{ even: n % 2 === 0 }">{{ twice }}</li>' });
      const App = {
        components: { Item, Late },
        setup() {
          const text = ref('none');
          onServerPrefetch(async () => { await new Promise((resolve) => setTimeout(resolve, 5)); text.value = '<fetched>'; });
          return { text, list: [1, 2] };
        },
        template: '<section><h1 v-if="list.length">{{ text }}</h1><ul><Item v-for="n in list" :key="n" :n="n"/></ul><Late/></section>',
      };
      const make = () => createSSRApp(App);
      const through = new PassThrough();
      pipeToNodeWritable(make(), {}, through);
      console.log(JSON.stringify([await renderToString(make()), await text(renderToNodeStream(make())), await new Response(renderToWebStream(make())).text(), await text(through)]));`,
  });
  const { stdout, stderr } = await run(folder, ['main.mjs'], { env: { NODE_ENV: 'production' } });
  const expected =
    '<section><h1>&lt;fetched&gt;</h1><ul><!--[--><li class="">2</li><li class="even">4</li><!--]--></ul><b>late</b></section>';
  assert.deepStrictEqual(JSON.parse(stdout || JSON.stringify(stderr)), Array(4).fill(expected));
});
