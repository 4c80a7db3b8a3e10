'use strict';
const path = require('node:path');
const { measure } = require('./measure');

measure('path join', () => path.join('/srv/app', '..', 'lib', './index.js'));
measure('path resolve', () => path.resolve('/srv/app', '../lib', 'index.js'));
measure('path normalize', () => path.normalize('/srv//app/./lib/../index.js'));
measure('path relative', () => path.relative('/srv/app/lib/a', '/srv/app/test/b'));
measure('path dirname', () => path.dirname('/srv/app/lib/index.js'));
measure('path basename', () => path.basename('/srv/app/lib/index.js'));
measure('path basename, suffix', () => path.basename('/srv/app/lib/index.js', '.js'));
measure('path extname', () => path.extname('/srv/app/lib/index.js'));
measure('path isAbsolute', () => path.isAbsolute('/srv/app'));
measure('path parse', () => path.parse('/srv/app/lib/index.js'));
measure('path format', () => path.format({ dir: '/srv/app', base: 'index.js' }));
