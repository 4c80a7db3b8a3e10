'use strict';
// webpack: loaders (Babel and one of the project's own), code splitting, a persistent cache, errors, its library.

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { workspace, run } = require('../support/workspace.js');

const webpack = 'node_modules/.bin/webpack';
const project = {
  'webpack.config.js': `
    const path = require('node:path');
    module.exports = {
      mode: 'production',
      target: 'node',
      devtool: 'source-map',
      entry: { main: './src/index.js' },
      output: { path: path.resolve('dist'), filename: '[name].js', chunkFilename: '[name].chunk.js', clean: true },
      optimization: { minimize: true },
      cache: { type: 'filesystem', cacheDirectory: path.resolve('.cache') },
      module: {
        rules: [
          {
            test: /\\.js$/,
            exclude: /node_modules/,
            use: { loader: 'babel-loader', options: { presets: [['@babel/preset-env', { targets: { ie: 11 } }]] } },
          },
          { test: /\\.shout$/, use: path.resolve('shout_loader.js') },
          { test: /\\.txt$/, type: 'asset/source' },
        ],
      },
    };`,
  'shout_loader.js': `
    module.exports = function (source) {
      const done = this.async();
      setImmediate(() => done(null, 'export default ' + JSON.stringify(source.trim().toUpperCase())));
    };`,
  'src/index.js': `
    import word from './word.shout';
    import text from './note.txt';
    class Greeter { greet = (name = 'you') => \`\${word} \${name}\`; }
    console.log(new Greeter().greet(), text.trim());
    import(/* webpackChunkName: 'late' */ './late').then(({ late }) => console.log(late(20)));`,
  'src/late.js': 'export const late = (n) => n ** 2; export const unused = "never used";',
  'src/word.shout': 'hello\n',
  'src/note.txt': 'a note\n',
};

test('bundles with loaders, splits, shakes; the bundle runs', async (t) => {
  const folder = workspace(t, 'webpack', project);
  const { code, stdout, stderr } = await run(folder, [webpack]);
  assert.strictEqual(code, 0, stdout + stderr);
  assert.match(stdout, /webpack 5\.\S+ compiled successfully/);
  assert.deepStrictEqual(fs.readdirSync(path.join(folder, 'dist')).sort(), [
    'late.chunk.js',
    'late.chunk.js.map',
    'main.js',
    'main.js.map',
  ]);
  const main = fs.readFileSync(path.join(folder, 'dist/main.js'), 'utf8');
  assert.doesNotMatch(main, /class Greeter/, 'Babel has lowered the syntax');
  assert.doesNotMatch(
    fs.readFileSync(path.join(folder, 'dist/late.chunk.js'), 'utf8'),
    /never used/,
  );
  const ran = await run(folder, ['dist/main.js']);
  assert.strictEqual(ran.stdout, 'HELLO you a note\n400\n', ran.stderr);

  const again = await run(folder, [webpack, '--json']);
  const stats = JSON.parse(again.stdout);
  assert.strictEqual(stats.errorsCount, 0);
  const fresh = stats.modules.filter((module) => module.built && module.moduleType !== 'runtime');
  assert.deepStrictEqual(fresh, [], 'every module comes from the cache');
});

test('a module that is missing is an error that exits with 1', async (t) => {
  const folder = workspace(t, 'webpack', {
    'webpack.config.mjs': "export default { mode: 'development', entry: './index.js' };",
    'index.js': "import './nowhere.js';",
  });
  const { code, stdout } = await run(folder, [webpack]);
  assert.strictEqual(code, 1);
  assert.match(stdout, /Module not found: Error: Can't resolve '\.\/nowhere\.js'/);
});

test('the library compiles into memory and watches', async (t) => {
  const folder = workspace(t, 'webpack', {
    'index.js': 'console.log(1);',
    'watch.js': `
      const fs = require('node:fs');
      const webpack = require('webpack');
      const compiler = webpack({ mode: 'development', context: __dirname, entry: './index.js', devtool: false });
      let builds = 0;
      const watching = compiler.watch({ aggregateTimeout: 20 }, (error, stats) => {
        if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
        const bundle = fs.readFileSync('dist/main.js', 'utf8');
        if (++builds === 1) setTimeout(() => fs.writeFileSync('index.js', 'console.log("changed");'), 300);
        if (bundle.includes('changed')) watching.close(() => compiler.close(() => console.log('closed')));
      });`,
  });
  const { stdout, stderr } = await run(folder, ['watch.js']);
  assert.strictEqual(stdout, 'closed\n', stderr);
});
