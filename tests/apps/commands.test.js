'use strict';
// Command line tools made with Commander, yargs and Inquirer; the last one at a terminal of its own (script(1)).

const test = require('node:test');
const assert = require('node:assert');
const { spawn } = require('node:child_process');
const { workspace, run, searchPath } = require('../support/workspace.js');

const commander = {
  'tool.js': `#!/usr/bin/env node
    const { Command, Option } = require('commander');
    const program = new Command('tool').version('1.2.3').description('a tool');
    program
      .command('copy <from> [others...]')
      .description('copy files')
      .option('-f, --force', 'overwrite', false)
      .addOption(new Option('-l, --level <number>', 'how much').default(3).argParser(Number).env('LEVEL'))
      .addOption(new Option('--mode <name>').choices(['fast', 'safe']))
      .action(async (from, others, options) => {
        await null;
        console.log(JSON.stringify({ from, others, ...options }));
      });
    program.command('fail').action(() => program.error('it failed', { exitCode: 7 }));
    program.command('sub', 'a program of its own', { executableFile: './tool-sub.js' });
    program.parseAsync();`,
  'tool-sub.js': 'console.log("sub got", process.argv.slice(2).join(" ")); process.exitCode = 5;',
};

test('Commander parses commands, options, variables and choices', async (t) => {
  const folder = workspace(t, 'commands', commander);
  const copied = await run(folder, ['tool.js', 'copy', 'a', 'b', 'c', '-fl', '9', '--mode=safe']);
  assert.deepStrictEqual(JSON.parse(copied.stdout), {
    from: 'a',
    others: ['b', 'c'],
    force: true,
    level: 9,
    mode: 'safe',
  });
  const fromEnv = await run(folder, ['tool.js', 'copy', 'a'], { env: { LEVEL: '4' } });
  assert.strictEqual(JSON.parse(fromEnv.stdout).level, 4);
});

test('Commander helps, complains, and runs programs beside it', async (t) => {
  const folder = workspace(t, 'commands', commander);
  const help = await run(folder, ['tool.js', 'help', 'copy']);
  assert.match(
    help.stdout,
    /^Usage: tool copy \[options\] <from> \[others\.\.\.\]\n\ncopy files\n/,
  );
  assert.match(help.stdout, /-l, --level <number> {2}how much \(default: 3, env: LEVEL\)/);
  assert.strictEqual((await run(folder, ['tool.js', '--version'])).stdout, '1.2.3\n');
  const wrong = await run(folder, ['tool.js', 'copi']);
  assert.deepStrictEqual(
    [wrong.code, wrong.stderr],
    [1, "error: unknown command 'copi'\n(Did you mean copy?)\n"],
  );
  const failed = await run(folder, ['tool.js', 'fail']);
  assert.deepStrictEqual([failed.code, failed.stderr], [7, 'it failed\n']);
  const sub = await run(folder, ['tool.js', 'sub', 'x', '--y']);
  assert.deepStrictEqual([sub.code, sub.stdout], [5, 'sub got x --y\n']);
});

test('yargs, as an ES module: commands, coercion, middleware, help, completion', async (t) => {
  const folder = workspace(t, 'commands', {
    'tool.mjs': `
      import yargs from 'yargs';
      import { hideBin } from 'yargs/helpers';
      await yargs(hideBin(process.argv))
        .scriptName('tool')
        .env('TOOL')
        .locale('en')
        .command('serve [port]', 'start it', (y) => y.positional('port', { type: 'number', default: 80 }), async (argv) => {
          await new Promise(setImmediate);
          console.log(JSON.stringify([argv.port, argv.verbose, argv.names, argv.seen]));
        })
        .option('verbose', { alias: 'v', type: 'count', description: 'say more' })
        .option('names', { type: 'array', coerce: (all) => all.map((s) => s.toUpperCase()) })
        .middleware((argv) => { argv.seen = true; })
        .completion()
        .demandCommand(1).strict().parseAsync();`,
  });
  const served = await run(folder, ['tool.mjs', 'serve', '3000', '-vvv', '--names', 'a', 'b']);
  assert.deepStrictEqual(JSON.parse(served.stdout), [3000, 3, ['A', 'B'], true]);
  const help = await run(folder, ['tool.mjs', '--help']);
  assert.match(help.stdout, /tool serve \[port\] {2}start it/);
  assert.match(help.stdout, /-v, --verbose {2,}say more {2,}\[count\]/);
  const wrong = await run(folder, ['tool.mjs', 'serve', '--nope']);
  assert.strictEqual(wrong.code, 1);
  assert.match(wrong.stderr, /Unknown argument: nope/);
  const completions = await run(folder, ['tool.mjs', '--get-yargs-completions', 'tool', 's']);
  assert.match(completions.stdout, /serve/);
});

/** Runs a script at a terminal; answers are typed one after another, each when its question is there. */
function converse(folder, script, answers) {
  return new Promise((resolve, reject) => {
    const command = `'${process.execPath}' ${script}`;
    const child = spawn(
      'script',
      ['--quiet', '--return', '--flush', '--command', command, '/dev/null'],
      {
        cwd: folder,
        env: {
          HOME: process.env.HOME,
          PATH: searchPath,
          TERM: 'xterm-256color',
          COLUMNS: '80',
          NO_COLOR: '1',
        },
      },
    );
    let screen = '';
    let seen = 0;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      screen += text;
      const [question, keys] = answers[0] ?? [];
      const at = question === undefined ? -1 : screen.indexOf(question, seen);
      if (at < 0) return;
      seen = at + question.length;
      answers.shift();
      child.stdin.write(keys);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, screen }));
  });
}

test('Inquirer asks at a terminal: text, list, checkboxes, confirmation, password', async (t) => {
  const folder = workspace(t, 'commands', {
    'ask.mjs': `
      import inquirer from 'inquirer';
      const answers = await inquirer.prompt([
        { type: 'input', name: 'name', message: 'Your name?', validate: (s) => s !== '' || 'say something' },
        { type: 'select', name: 'size', message: 'Which size?', choices: ['small', 'medium', 'large'] },
        { type: 'checkbox', name: 'extras', message: 'Which extras?', choices: ['a', 'b', 'c'] },
        { type: 'password', name: 'secret', message: 'A secret?', mask: '*' },
        { type: 'confirm', name: 'sure', message: 'Are you sure?', default: false },
      ]);
      console.log('RESULT ' + JSON.stringify(answers) + ' ' + process.stdin.isTTY);`,
  });
  const down = '\x1b[B';
  const { code, screen } = await converse(folder, 'ask.mjs', [
    ['Your name?', '\r'],
    ['say something', 'Eva\x7fe\r'],
    ['Which size?', `${down}${down}\r`],
    ['Which extras?', ` ${down}${down} \r`],
    ['A secret?', 'key\r'],
    ['Are you sure?', 'y\r'],
  ]);
  assert.strictEqual(code, 0, screen);
  const [, json, terminal] = /RESULT (\{.*\}) (\w+)/.exec(screen);
  assert.deepStrictEqual(JSON.parse(json), {
    name: 'Eve',
    size: 'large',
    extras: ['a', 'c'],
    secret: 'key',
    sure: true,
  });
  assert.strictEqual(terminal, 'true');
  assert.match(screen, /\*\*\*/);
});

test('Inquirer ends with its own error on Ctrl+C', async (t) => {
  const folder = workspace(t, 'commands', {
    'ask.mjs': `
      import inquirer from 'inquirer';
      await inquirer.prompt([{ type: 'input', name: 'name', message: 'Your name?' }]).catch((error) => {
        console.log('CAUGHT ' + error.name);
        process.exitCode = 130;
      });`,
  });
  const { code, screen } = await converse(folder, 'ask.mjs', [['Your name?', '\x03']]);
  assert.match(screen, /CAUGHT ExitPromptError/);
  assert.strictEqual(code, 130);
});
