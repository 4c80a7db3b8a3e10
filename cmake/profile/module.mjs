// An ES module that imports a built-in, awaits, and prints.
import { setTimeout as sleep } from 'node:timers/promises';
await sleep(1);
console.log('done');
