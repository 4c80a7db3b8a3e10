'use strict';
const legacy = require('node:url');
const querystring = require('node:querystring');
const { measure } = require('./measure');

const text = 'https://user:pass@sub.example.com:8080/p/a/t/h?query=string&a=1&b=2#hash';
const short = 'http://localhost:3000/api/items?id=42';
const url = new URL(text);
const changing = new URL(text);
const query = 'query=string&a=1&b=2&name=John%20Doe&empty=&list=x&list=y';
const params = new URLSearchParams(query);
const record = { query: 'string', a: '1', b: '2', name: 'John Doe', list: ['x', 'y'] };
const pairs = { query: 'string', a: '1', b: '2', name: 'John Doe' };

measure('URL new', () => new URL(text));
measure('URL new short', () => new URL(short));
measure('URL new with base', () => new URL('../other?x=1', url));
measure('URL new with base text', () => new URL('/api/items?id=42', 'http://localhost:3000'));
measure('URL new unicode host', () => new URL('https://m\u00fcnchen.example/stra\u00dfe?q=\u00fc'));
measure('URL new file', () => new URL('file:///srv/app/lib/index.js'));
measure('URL canParse', () => URL.canParse(text));
measure('URL parse', () => URL.parse(text));
measure('URL href', () => url.href);
measure('URL pathname', () => url.pathname);
measure('URL host', () => url.host);
measure('URL protocol', () => url.protocol);
measure('URL search', () => url.search);
measure('URL origin', () => url.origin);
measure('URL new + pathname', () => new URL(short).pathname);
measure('URL new + searchParams.get', () => new URL(short).searchParams.get('id'));
measure('URL set pathname', () => {
  changing.pathname = '/a/b';
});
measure('URL set search', () => {
  changing.search = '?c=3';
});
measure('URL toString', () => url.toString());
measure('URL toJSON', () => JSON.stringify(url));
measure('URLSearchParams new string', () => new URLSearchParams(query));
measure('URLSearchParams new object', () => new URLSearchParams(pairs));
measure('URLSearchParams get', () => params.get('b'));
measure('URLSearchParams has', () => params.has('name'));
measure('URLSearchParams getAll', () => params.getAll('list'));
measure('URLSearchParams set', () => params.set('a', '3'));
measure('URLSearchParams append/delete', () => {
  params.append('z', '1');
  params.delete('z');
});
measure('URLSearchParams iterate', () => {
  let count = 0;
  for (const [name, value] of params) count += name.length + value.length;
  return count;
});
measure('URLSearchParams forEach', () => {
  let count = 0;
  params.forEach((value) => {
    count += value.length;
  });
  return count;
});
measure('URLSearchParams toString', () => params.toString());
measure('url.parse', () => legacy.parse(text));
measure('url.format', () => legacy.format({ protocol: 'http', host: 'a.com', pathname: '/x' }));
measure('url.resolve', () => legacy.resolve('/one/two/three', 'four'));
measure('url.fileURLToPath', () => legacy.fileURLToPath('file:///srv/app/lib/index.js'));
measure('url.pathToFileURL', () => legacy.pathToFileURL('/srv/app/lib/index.js'));
measure('url.urlToHttpOptions', () => legacy.urlToHttpOptions(url));
measure('url.domainToASCII', () => legacy.domainToASCII('m\u00fcnchen.example'));
measure('querystring parse', () => querystring.parse(query));
measure('querystring parse plain', () => querystring.parse('a=1&b=2&c=3'));
measure('querystring stringify', () => querystring.stringify(record));
measure('querystring escape', () => querystring.escape('John Doe & co'));
measure('querystring unescape', () => querystring.unescape('John%20Doe%20%26%20co'));
