// node:_http_agent
'use strict';
// The public name from before modules were folders.

const agent = require('modules/http/agent');

module.exports = {
  Agent: agent.Agent,
  get globalAgent() {
    return agent.globalAgent();
  },
};
