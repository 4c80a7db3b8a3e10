// node:sqlite
'use strict';

const { DatabaseSync } = require('modules/sqlite/database');
const { StatementSync } = require('modules/sqlite/statement');
const { Session } = require('modules/sqlite/session');
const constants = require('modules/sqlite/constants');
const { backup } = require('modules/sqlite/backup');

module.exports = { DatabaseSync, StatementSync, Session, constants, backup };
