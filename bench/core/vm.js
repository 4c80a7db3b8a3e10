'use strict';

// node:vm: compiling, contexts, and code in them.

const vm = require('node:vm');
const { measure } = require('./measure');

let unique = 0;
const body = `
function area(shape) { return shape.width * shape.height; }
const shapes = [{ width: 2, height: 3 }, { width: 4, height: 5 }];
`;

// Text that the compilation cache has not seen.
measure('vm new Script', () => new vm.Script(`${body}// ${unique++}`));
measure('vm new Script, seen before', () => new vm.Script(body));
measure('vm compileFunction', () => vm.compileFunction(`return a + b + ${unique++};`, ['a', 'b']));
measure('vm createContext', () => vm.createContext({ a: 1 }));

const context = vm.createContext({ counter: 0, list: [1, 2, 3], total: 0 });
const increment = new vm.Script('counter += 1');
const loop = new vm.Script('for (let i = 0; i < 1000; i++) { total += i; }');
const constant = new vm.Script('1 + 1');
measure('vm runInContext', () => increment.runInContext(context));
measure('vm runInContext, 1000 accesses to the sandbox', () => loop.runInContext(context));
measure('vm runInThisContext', () => constant.runInThisContext());
measure('vm vm.runInContext of text', () => vm.runInContext('counter += 1', context));
measure('vm vm.runInNewContext of text', () => vm.runInNewContext('1 + 1'));
